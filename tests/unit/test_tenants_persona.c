/*
** What a persona's numbers say: one word a step, the same for each dimension.
*/
#include "helpers.h"

#include "tenants/persona.h"

static const char *said(double formal, double concise, double technical, double proactive){
  static char text[PERSONA_TEXT];
  const double values[PERSONA_DIMENSIONS] = { formal, concise, technical, proactive };
  personaText(values, text);
  return text;
}

static void each_step_has_its_words(void **state){
  (void)state;
  static const char kMiddle[] = "neither concise nor detailed, neither technical nor businesslike, neither proactive nor reactive";
  static const struct { double value; const char *words; } kSteps[] = {
    { 0, "very formal" }, { 0.15, "very formal" }, { 0.16, "rather formal" }, { 0.4, "rather formal" },
    { 0.41, "neither formal nor casual" }, { 0.59, "neither formal nor casual" }, { 0.6, "rather casual" },
    { 0.84, "rather casual" }, { 0.85, "very casual" }, { 1, "very casual" } };
  for(int i = 0; i < (int)(sizeof kSteps/sizeof *kSteps); i++){
    char wanted[PERSONA_TEXT];
    snprintf(wanted, sizeof wanted, "%s, %s", kSteps[i].words, kMiddle);
    assert_string_equal(said(kSteps[i].value, 0.5, 0.5, 0.5), wanted);
  }
}

static void each_dimension_has_its_own_words(void **state){
  (void)state;
  assert_string_equal(said(0, 1, 0.3, 0.7), "very formal, very detailed, rather technical, rather reactive");
  assert_string_equal(said(1, 0, 0.7, 0.3), "very casual, very concise, rather businesslike, rather proactive");
}

static void the_names_are_those_of_the_document(void **state){
  (void)state;
  static const char *const kNames[] = { "formal_casual", "concise_detailed", "technical_business", "proactive_reactive" };
  for(int i = 0; i < PERSONA_DIMENSIONS; i++) assert_string_equal(kPersonaDimensions[i], kNames[i]);
}

int main(void){
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_step_has_its_words),
    cmocka_unit_test(each_dimension_has_its_own_words),
    cmocka_unit_test(the_names_are_those_of_the_document),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
