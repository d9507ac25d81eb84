// The scenario with Java's xerial driver; tests/drivers/run says what it is. Arguments: the extension, a new database.
import java.sql.*;
import java.util.*;

class Scenario {
    static void say(String step, List<?> values) {
        StringJoiner joined = new StringJoiner(" ");
        values.forEach(value -> joined.add(String.valueOf(value)));
        System.out.println(step + "\t" + joined);
    }

    // page: begin
    /** The first column of all rows. */
    static List<Object> column(Connection db, String sql, Object... arguments) throws SQLException {
        try (PreparedStatement query = db.prepareStatement(sql)) {
            for (int place = 0; place < arguments.length; place++) query.setObject(place + 1, arguments[place]);
            List<Object> values = new ArrayList<>();
            ResultSet rows = query.executeQuery();
            while (rows.next()) values.add(rows.getObject(1));
            return values;
        }
    }
    // page: end

    public static void main(String[] arguments) throws Exception {
        String extension = arguments[0], path = arguments[1];

        // page: begin
        Properties options = new Properties();
        options.setProperty("enable_load_extension", "true");
        options.setProperty("journal_mode", "WAL");
        Connection db = DriverManager.getConnection("jdbc:sqlite:" + path, options);
        try (PreparedStatement load = db.prepareStatement("SELECT load_extension(?)")) {
            load.setString(1, extension);
            load.executeQuery();
        }
        // page: end
        say("load", column(db, "SELECT lore_version()"));
        column(db, "SELECT load_extension(?)", extension);
        say("load again", column(db, "SELECT lore_version()"));
        say("sqlite", column(db, "SELECT sqlite_version()"));

        // page: begin
        say("migrate", column(db, "SELECT lore_migrate('signals lifecycle work')"));

        Object[][] found = {
            {"github_spike", "github", "{\"website\": \"https://www.acme.ai/about\"}", 0.75, "e1"},
            {"funding_event", "news", "{\"domain\": \"bolt.dev\"}", 0.5, "e2"},
            {"incorporation", "register", "{\"company_number\": \"123456\"}", 0.25, "e3"},
            {"github_spike", "github", "{\"website\": \"https://www.acme.ai/about\"}", 0.75, "e1"}};
        db.setAutoCommit(false);
        try (PreparedStatement ingest = db.prepareStatement(
                "INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id) VALUES (?, ?, ?, ?, ?)")) {
            for (Object[] row : found) {
                for (int place = 0; place < row.length; place++) ingest.setObject(place + 1, row[place]);
                ingest.addBatch();
            }
            ingest.executeBatch();
        }
        db.commit();
        db.setAutoCommit(true);
        say("ingest", column(db, "SELECT json_extract(result, '$.outcome') FROM lore_results"
                               + " WHERE verb = 'signal_ingest' ORDER BY n"));
        // page: end

        List<Object> lifecycle = new ArrayList<>();
        for (String severity : List.of("low", "high"))
            lifecycle.addAll(column(db, "SELECT signal_upsert('overdue', 'client', 'acme', ?)", severity));
        say("lifecycle", lifecycle);

        say("window", column(db, "SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) FROM signals ORDER BY id"));

        say("join", column(db, "SELECT signals.canonical_key || '=' || verdict.decision FROM signals"
                             + " JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id"));

        // page: begin
        try (PreparedStatement add = db.prepareStatement("INSERT INTO task_add(id, description, priority) VALUES (?, ?, ?)")) {
            add.setString(1, "call");
            add.setString(2, "Call Acme");
            add.setLong(3, 9007199254740993L);
            add.executeUpdate();
        }
        // page: end
        say("insert", column(db, "SELECT priority FROM tasks WHERE task_id = ?", "call"));

        String detect = "SELECT signal_upsert(?, 'client', value, 'low') FROM json_each('[1, 2, 3]')";
        String detections = "SELECT ifnull(sum(detection_count), 0) FROM signal_state WHERE signal_type = ?";
        column(db, detect, "read");
        say("read", column(db, detections, "read"));
        try (PreparedStatement unread = db.prepareStatement(detect)) {
            unread.setString(1, "unread");
            unread.execute();
        }
        say("unread", column(db, detections, "unread"));

        // page: begin
        try (PreparedStatement save = db.prepareStatement(
                "INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)"
              + " VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', ?, '{}')")) {
            save.setDouble(1, 1.7);
            save.executeUpdate();
        } catch (SQLException error) {
            say("error", List.of(error.getMessage()));
            say("code", List.of(error.getErrorCode()));
        }
        // page: end
        say("kept", column(db, "SELECT count(*) FROM signals"));

        db.close();
        say("close", List.of("closed"));
        System.in.read(); // the runner looks at the open files now
    }
}
