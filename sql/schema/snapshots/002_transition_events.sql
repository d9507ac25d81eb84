-- Each transition of a signal is an event, named by the state that it leads to: signal_escalated, signal_cleared, …
-- event_data has its seq in signal_transitions. No function is called here, and no constraint of intelligence_events can fail: a
-- function would make SQLite keep a statement journal for each transition (measured: 2.3 us, more than the event itself).
-- needs: lifecycle

-- up
CREATE TRIGGER main.lore_on_signal_transition AFTER INSERT ON signal_transitions BEGIN
  INSERT OR IGNORE INTO intelligence_events(event_type, severity, entity_type, entity_id, event_data, created_at)
  SELECT 'signal_' || NEW.to_state, NEW.to_severity, s.entity_type, s.entity_id, '{"seq":' || NEW.seq || '}', NEW.at
    FROM (SELECT 1) LEFT JOIN signal_state AS s ON s.signal_key = NEW.signal_key;
END;

-- down
DROP TRIGGER main.lore_on_signal_transition;
