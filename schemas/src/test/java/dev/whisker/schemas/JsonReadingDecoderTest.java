package dev.whisker.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReadingDecoderTest {
  private static final int MAX_SAMPLES = 1_000;
  private static final int MAX_BYTES = 100_000;

  private final JsonReadingDecoder decoder =
      new JsonReadingDecoder(List.of("x", "y"), MAX_SAMPLES, MAX_BYTES);

  private static byte[] utf8(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  /** Single quotes stand for double ones. */
  private Decoded decode(String key, String value) {
    return decoder.decode(utf8(key), utf8(value.replace('\'', '"')));
  }

  private SensorReading reading(String key, String value) {
    Decoded decoded = decode(key, value);
    assertThat(decoded).isInstanceOf(Decoded.Accepted.class);
    return ((Decoded.Accepted) decoded).reading();
  }

  private SensorReading reading(String value) {
    return reading("d1", value);
  }

  private static void assertRefused(Decoded decoded, Reason reason, String... parts) {
    assertThat(decoded).isInstanceOf(Decoded.Refused.class);
    Decoded.Refused refused = (Decoded.Refused) decoded;
    assertThat(refused.reason()).as(refused.message()).isEqualTo(reason);
    for (String part : parts) {
      assertThat(refused.message()).contains(part);
    }
  }

  private static Samples samples(float... values) {
    return new Samples(values, 2);
  }

  // values

  @Test
  void oneSampleIsAnArray() {
    assertThat(reading("{'time':0,'values':[1.5,-2]}").samples()).isEqualTo(samples(1.5f, -2));
  }

  @Test
  void manySamplesAreAnArrayOfArrays() {
    assertThat(reading("{'time':0,'values':[[1,2],[3,4],[5e0,6]]}").samples())
        .isEqualTo(samples(1, 2, 3, 4, 5, 6));
  }

  @Test
  void channelsByNameComeInAnyOrder() {
    assertThat(reading("{'time':0,'values':{'y':2,'x':1}}").samples()).isEqualTo(samples(1, 2));
  }

  @Test
  void everyFloatPassesBitForBit() {
    Samples samples =
        reading(
                "{'time':0,'values':[[0.1,-0.0],[1.4E-45,3.4028235E38],[16777217,1e-300]]}"
                    .replace("1e-300", "123456789012345678901234567890"))
            .samples();
    assertThat(samples)
        .isEqualTo(
            samples(
                0.1f,
                -0.0f,
                Float.MIN_VALUE,
                Float.MAX_VALUE,
                16777217f,
                123456789012345678901234567890f));
  }

  @Test
  void aReadingOfTheMostSamplesIsAccepted() {
    String many = String.join(",", Collections.nCopies(MAX_SAMPLES, "[1,2]"));
    assertThat(reading("{'time':0,'values':[" + many + "]}").samples().count())
        .isEqualTo(MAX_SAMPLES);
  }

  @Test
  void aReadingOfMoreSamplesIsTooLarge() {
    String many = String.join(",", Collections.nCopies(MAX_SAMPLES + 1, "[1,2]"));
    assertRefused(
        decode("d1", "{'time':0,'values':[" + many + "]}"),
        Reason.TOO_LARGE,
        "more than the allowed 1000 samples");
  }

  @Test
  void aReadingOfMoreBytesIsTooLarge() {
    byte[] value = new byte[MAX_BYTES + 1];
    assertRefused(decoder.decode(null, value), Reason.TOO_LARGE, "100001 bytes", "at most 100000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null"})
  void noValuesAreUndecodable(String values) {
    assertRefused(
        decode("d1", "{'time':0,'values':" + values + "}"), Reason.UNDECODABLE, "no 'values'");
  }

  @Test
  void aReadingWithoutValuesIsUndecodable() {
    assertRefused(decode("d1", "{'time':0}"), Reason.UNDECODABLE, "device d1", "no 'values'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1]|a sample has 1",
        "[1,2,3]|a sample has 3",
        "[1,2,3,[4],{'a':5}]|a sample has 5",
        "[[]]|a sample has 0",
        "[[1,2],[]]|a sample has 0",
        "[[1,2],[3]]|a sample has 1",
        "[[1,2],[3,4,5,6]]|a sample has 4",
        "{}|lacks the channel 'x'",
        "{'x':1}|lacks the channel 'y'",
        "{'x':1,'y':2,'z':3}|has a channel 'z'",
        "{'X':1,'y':2}|has a channel 'X'",
      })
  void otherChannelsThanTheModelsAreRefused(String values, String message) {
    assertRefused(
        decode("d1", "{'time':0,'values':" + values + "}"),
        Reason.WRONG_CHANNELS,
        message,
        "[x, y]");
  }

  @Test
  void samplesOfOneChannelInOneArrayAreRefusedWithAHint() {
    JsonReadingDecoder single = new JsonReadingDecoder(List.of("x"), 10, 1_000);
    assertRefused(
        single.decode(utf8("d1"), utf8("{\"time\":0,\"values\":[1,2,3]}")),
        Reason.WRONG_CHANNELS,
        "has 3",
        "[[1],[2]]");
    Decoded decoded = single.decode(utf8("d1"), utf8("{\"time\":0,\"values\":[[1],[2]]}"));
    assertThat(((Decoded.Accepted) decoded).reading().samples())
        .isEqualTo(new Samples(new float[] {1, 2}, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"NaN", "Infinity", "-Infinity", "1e39", "-1e39", "1e999999", "3.4028236e38"})
  void aValueThatIsNoFiniteFloatIsRefused(String value) {
    assertRefused(
        decode("d1", "{'time':0,'values':[1," + value + "]}"),
        Reason.NOT_FINITE,
        "channel 'y'",
        value);
    assertRefused(
        decode("d1", "{'time':0,'values':{'x':" + value + ",'y':1}}"),
        Reason.NOT_FINITE,
        "channel 'x'");
  }

  @Test
  void anIntegerThatIsNoFiniteFloatIsRefused() {
    assertRefused(
        decode("d1", "{'time':0,'values':[1," + "9".repeat(40) + "]}"),
        Reason.NOT_FINITE,
        "channel 'y'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1,'2']|a text where a number for the channel 'y'",
        "[1,null]|null where a number for the channel 'y'",
        "[true,1]|true where a number for the channel 'x'",
        "[1,[2]]|an array where a number",
        "[{},2]|an object where a number",
        "{'x':'1','y':2}|a text where a number for the channel 'x'",
        "[[1,2],3]|a number where an array of samples only",
        "[[1,2],null]|null where an array of samples only",
        "7|a number where [x,y]",
        "'7'|a text where [x,y]",
        "false|false where [x,y]",
      })
  void valuesOfTheWrongTypeAreUndecodable(String values, String message) {
    assertRefused(
        decode("d1", "{'time':0,'values':" + values + "}"),
        Reason.UNDECODABLE,
        "'values' has",
        message);
  }

  // time

  @ParameterizedTest
  @CsvSource({
    "2026-01-31T12:00:00Z, 2026-01-31T12:00:00Z",
    "2026-01-31T12:00Z, 2026-01-31T12:00:00Z",
    "2026-01-31T12:00:00.5Z, 2026-01-31T12:00:00.5Z",
    "2026-01-31T12:00:00.123Z, 2026-01-31T12:00:00.123Z",
    "2026-01-31T12:00:00.123456Z, 2026-01-31T12:00:00.123456Z",
    "2026-01-31T12:00:00.123456789Z, 2026-01-31T12:00:00.123456Z",
    "2026-01-31T12:00:00.123456789012345Z, 2026-01-31T12:00:00.123456Z",
    "2026-01-31T12:00:00.123456789012345+02:00, 2026-01-31T10:00:00.123456Z",
    "2026-01-31T12:00:00+01:00, 2026-01-31T11:00:00Z",
    "2026-01-31T12:00:00.25-05:30, 2026-01-31T17:30:00.25Z",
    "1969-12-31T23:59:59.999999Z, 1969-12-31T23:59:59.999999Z",
    "1900-01-01T00:00:00.000001Z, 1900-01-01T00:00:00.000001Z",
  })
  void timeAsTextHasAnyFractionAndAnyOffset(String text, Instant expected) {
    assertThat(reading("{'time':'" + text + "','values':[1,2]}").timeMicros())
        .isEqualTo(JsonTime.micros(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "1769860800500, 1769860800500000",
    "1769860800500.0, 1769860800500000",
    "1769860800500.123, 1769860800500123",
    "1769860800500.12321, 1769860800500123",
    "1.7698608005e12, 1769860800500000",
    "0, 0",
    "0.001, 1",
    "-1, -1000",
    "-0.001, -1",
    "9007199254740, 9007199254740000",
  })
  void timeAsNumberIsEpochMilliseconds(String number, long expectedMicros) {
    assertThat(reading("{'time':" + number + ",'values':[1,2]}").timeMicros())
        .isEqualTo(expectedMicros);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "''",
        "'now'",
        "'2026-01-31'",
        "'2026-01-31T12:00:00'",
        "'2026-02-30T12:00:00Z'",
        "'2026-01-31 12:00:00Z'",
        "'1769860800500'",
        "'+999999999-01-01T00:00:00Z'",
        "1e30",
        "-1e30",
        "99999999999999999999",
        "NaN",
        "true",
        "[1]",
        "{}",
      })
  void anythingElseIsNoTime(String time) {
    assertRefused(
        decode("d1", "{'time':" + time + ",'values':[1,2]}"), Reason.UNDECODABLE, "'time'");
  }

  @Test
  void aTextWithoutAnOffsetIsRefusedWithAnExample() {
    assertRefused(
        decode("d1", "{'time':'2026-01-31T12:00:00','values':[1,2]}"),
        Reason.UNDECODABLE,
        "2026-01-31T12:00:00\"",
        "ISO-8601 with an offset");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'values':[1,2]}", "{'time':null,'values':[1,2]}"})
  void aReadingWithoutTimeIsRefused(String value) {
    assertRefused(decode("d1", value), Reason.TIME_MISSING, "device d1", "'time'");
  }

  // period, label, device

  @Test
  void theRestIsOptional() {
    SensorReading reading = reading("{'time':0,'values':[1,2]}");
    assertThat(reading.periodMicros()).isEmpty();
    assertThat(reading.label()).isNull();
    assertThat(reading.timeMicros(3, 160)).isEqualTo(480);
  }

  @Test
  void thePeriodMayHaveAFraction() {
    SensorReading reading = reading("{'time':1,'period':83.5,'values':[[1,2],[3,4]]}");
    assertThat(reading.periodMicros()).isEqualTo(OptionalDouble.of(83.5));
    assertThat(reading.timeMicros(2, 1)).isEqualTo(1_167);
    assertThat(reading("{'time':1,'period':null,'values':[1,2]}").periodMicros()).isEmpty();
  }

  @Test
  void aSampleBeyondTheEndOfTimeIsAtTheEndOfTime() {
    SensorReading reading = reading("{'time':1,'period':9e15,'values':[1,2]}");
    assertThat(reading.timeMicros(2_000, 1)).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"0|0.0", "-160|-160.0", "NaN|NaN", "Infinity|Infinity", "'160'|a text", "[1]|array"})
  void aPeriodThatIsNoPositiveNumberIsRefused(String period, String message) {
    assertRefused(
        decode("d1", "{'time':0,'period':" + period + ",'values':[1,2]}"),
        Reason.UNDECODABLE,
        "'period'",
        message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "NULL",
      value = {"'bearing fault'|bearing fault", "''|NULL", "null|NULL"})
  void theLabelIsKept(String label, String expected) {
    assertThat(reading("{'time':0,'values':[1,2],'label':" + label + "}").label())
        .isEqualTo(expected);
  }

  @Test
  void aLabelThatIsNoTextIsRefused() {
    assertRefused(
        decode("d1", "{'time':0,'values':[1,2],'label':3}"),
        Reason.UNDECODABLE,
        "'label' has a number where a text");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "NULL",
      value = {
        "d1|NULL",
        "NULL|'d1'",
        "d1|'d1'",
        "d1|null",
        "d1|''",
      })
  void theDeviceIsTheKeyOrTheFieldOrBoth(String key, String field) {
    String device = field == null ? "" : "'device':" + field + ",";
    assertThat(reading(key, "{" + device + "'time':0,'values':[1,2]}").device()).isEqualTo("d1");
  }

  @Test
  void anEmptyKeyIsNoKey() {
    assertThat(reading("", "{'device':'d1','time':0,'values':[1,2]}").device()).isEqualTo("d1");
  }

  @Test
  void aDeviceMayHaveAnyName() {
    assertThat(reading("Prüfstand 7 😀", "{'time':0,'values':[1,2]}").device())
        .isEqualTo("Prüfstand 7 😀");
    assertThat(
            reading("😀", "{'device':'\\ud83d\\ude00','time':0,'values':[1,2]}".replace("'", "\""))
                .device())
        .isEqualTo("😀");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "'device':'',", "'device':null,"})
  void aReadingWithoutDeviceIsRefused(String device) {
    assertRefused(
        decode(null, "{" + device + "'time':0,'values':[1,2]}"), Reason.NO_DEVICE, "'device'");
  }

  @Test
  void aKeyAndAFieldThatDisagreeAreRefused() {
    assertRefused(
        decode("d1", "{'device':'d2','time':0,'values':[1,2]}"),
        Reason.DEVICE_MISMATCH,
        "'d1'",
        "'d2'");
  }

  @Test
  void aLongNameDoesNotMakeALongMessage() {
    Decoded decoded =
        decode("d".repeat(900), "{'device':'" + "e".repeat(900) + "','time':0,'values':[1,2]}");
    assertRefused(decoded, Reason.DEVICE_MISMATCH, "dddd");
    assertThat(((Decoded.Refused) decoded).message()).hasSizeLessThan(300);
  }

  @Test
  void anEndlessDeviceOrLabelIsTooLarge() {
    String endless = "e".repeat(1_025);
    assertRefused(decode(endless, "{'time':0,'values':[1,2]}"), Reason.TOO_LARGE, "1025", "1024");
    assertRefused(
        decode(null, "{'device':'" + endless + "','time':0,'values':[1,2]}"),
        Reason.TOO_LARGE,
        "'device'");
    assertRefused(
        decode("d1", "{'time':0,'values':[1,2],'label':'" + endless + "'}"),
        Reason.TOO_LARGE,
        "'label'");
  }

  /** In UTF-8 they would all be the device "?". */
  @Test
  void aDeviceThatIsHalfASurrogatePairIsRefused() {
    assertRefused(
        decode(null, "{'device':'\\ud800','time':0,'values':[1,2]}"),
        Reason.NO_DEVICE,
        "surrogate");
  }

  @Test
  void aKeyThatIsNoUtf8IsRefused() {
    byte[] key = {'d', (byte) 0xC3, (byte) 0x28};
    assertRefused(
        decoder.decode(key, utf8("{\"time\":0,\"values\":[1,2]}")), Reason.NO_DEVICE, "no UTF-8");
  }

  @Test
  void aDeviceThatIsNoTextIsRefused() {
    assertRefused(
        decode(null, "{'device':7,'time':0,'values':[1,2]}"),
        Reason.UNDECODABLE,
        "'device' has a number");
  }

  // the object

  @Test
  void unknownFieldsArePassedOver() {
    SensorReading reading =
        reading(
            "{'seq':1,'meta':{'values':[9],'time':'x','deep':[[{'device':'d9'}]]},'time':5,"
                + "'tags':['a',{'label':'no'}],'values':[1,2],'ok':true,'none':null}");
    assertThat(reading)
        .isEqualTo(new SensorReading("d1", 5_000, OptionalDouble.empty(), samples(1, 2), null));
  }

  @Test
  void theFieldsComeInAnyOrder() {
    assertThat(reading(null, "{'label':'l','values':[1,2],'period':2,'time':1,'device':'d1'}"))
        .isEqualTo(new SensorReading("d1", 1_000, OptionalDouble.of(2), samples(1, 2), "l"));
  }

  @Test
  void whiteSpaceIsFree() {
    assertThat(reading(" {\n\t'time' : 0 ,\r\n'values' : [ [ 1 , 2 ] ] } \n").samples())
        .isEqualTo(samples(1, 2));
  }

  @Test
  void aRecordWithoutValueIsUndecodable() {
    assertRefused(decoder.decode(utf8("d1"), null), Reason.UNDECODABLE, "no value");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1,2]|no JSON object but an array",
        "7|no JSON object but a number",
        "'text'|no JSON object but a text",
        "null|no JSON object but null",
        "hello|no JSON",
        "{'time':0,'values':[1,2]} x|no JSON",
        "{'time':0,'values':[1,2]}}|no JSON",
        "{'time':0,'values':[1,2]}{'time':1,'values':[1,2]}|goes on after",
        "{'time':0,'values':[1,2]}7|goes on after",
        "{'time':0,'values':[1,2],}|no JSON",
        "{'time':0,'values':[1,,2]}|no JSON",
        "{'time':01,'values':[1,2]}|no JSON",
        "{time:0}|no JSON",
      })
  void anythingButOneObjectIsUndecodable(String value, String message) {
    assertRefused(decode("d1", value), Reason.UNDECODABLE, message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n"})
  void nothingIsUndecodable(String value) {
    assertRefused(decode("d1", value), Reason.UNDECODABLE, "no JSON object but nothing");
  }

  @Test
  void everyTruncatedReadingIsUndecodable() {
    String whole =
        "{'device':'d1','time':'2026-01-31T12:00:00Z','period':160,"
            + "'values':[[1.5,2],[3,4]],'label':'l','x':{'y':[1]}}";
    reading(whole);
    for (int length = 0; length < whole.length(); length++) {
      assertRefused(decode("d1", whole.substring(0, length)), Reason.UNDECODABLE);
    }
  }

  @Test
  void aBrokenReadingIsRefusedWithItsPlace() {
    assertRefused(
        decode("d1", "{'time':0,'values':[1 2]}"), Reason.UNDECODABLE, "no JSON", "at byte 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'deep':", "{'time':0,'values':", "{'time':", "{'device':", "{'label':"})
  void deepNestingIsUndecodable(String start) {
    assertRefused(
        decode("d1", start + "[".repeat(20_000) + "]".repeat(20_000) + "}"), Reason.UNDECODABLE);
    assertRefused(
        decode("d1", start + "{'a':".repeat(5_000) + "1" + "}".repeat(5_000) + "}"),
        start.contains("values") ? Reason.WRONG_CHANNELS : Reason.UNDECODABLE);
  }

  @Test
  void aNumberOfManyDigitsIsUndecodable() {
    assertRefused(
        decode("d1", "{'time':0,'values':[1," + "1".repeat(5_000) + "]}"), Reason.UNDECODABLE);
  }

  @Test
  void aRefusedReadingDoesNotSpoilTheNextOne() {
    assertRefused(decode("d1", "{'time':0,'values':[[7,7],[8,8],[9"), Reason.UNDECODABLE);
    assertRefused(
        decode("d1", "{'device':'d1','label':'l','period':9,'time':0}"), Reason.UNDECODABLE);
    assertRefused(decode("d1", "{'time':0,'values':{'y':1}}"), Reason.WRONG_CHANNELS);
    assertThat(reading("{'time':1,'values':[1,2]}"))
        .isEqualTo(new SensorReading("d1", 1_000, OptionalDouble.empty(), samples(1, 2), null));
    assertRefused(decode("d1", "{'time':0,'values':{'x':1}}"), Reason.WRONG_CHANNELS);
  }

  @Test
  void readingsDoNotShareTheirValues() {
    Samples first = reading("{'time':0,'values':[1,2]}").samples();
    reading("{'time':0,'values':[3,4]}");
    assertThat(first).isEqualTo(samples(1, 2));
  }
}
