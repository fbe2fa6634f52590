package dev.whisker.classifier.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whisker.classifier.TestModel;
import dev.whisker.classifier.engine.Engine;
import dev.whisker.classifier.engine.SequenceClassifier;
import dev.whisker.classifier.smoothing.Markov;
import dev.whisker.classifier.smoothing.Smoothing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
  private static final String ORIGIN = "models/pumps.whisker";

  @TempDir Path folder;

  private static Map<String, byte[]> entries(byte[] zip) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    }
    return entries;
  }

  private static Map<String, byte[]> entries() throws IOException {
    return entries(TestModel.bundle().toBytes());
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(byte[] bytes) {
    return assertThatThrownBy(() -> Bundle.read(bytes, ORIGIN))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(ORIGIN);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      Map<String, byte[]> entries) {
    return assertRefused(Bundle.zip(entries));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A bundle whose manifest has one part replaced. */
  private static Map<String, byte[]> withManifest(String part, String replacement)
      throws IOException {
    Map<String, byte[]> entries = entries();
    String manifest = text(entries.get("manifest.json"));
    assertThat(manifest).contains(part);
    entries.put("manifest.json", utf8(manifest.replace(part, replacement)));
    return entries;
  }

  private String[] files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toArray(String[]::new);
    }
  }

  // writing and reading

  @Test
  void whatIsWrittenIsReadBack() {
    Bundle bundle = TestModel.bundle();
    Path file = folder.resolve("new/folder/pumps.whisker");
    bundle.write(file);
    Bundle read = Bundle.read(file);
    assertThat(read.manifest()).isEqualTo(bundle.manifest());
    assertThat(read.onnx()).isEqualTo(bundle.onnx());
    assertThat(read.dl4j()).isEqualTo(bundle.dl4j());
    assertThat(read.toBytes()).isEqualTo(bundle.toBytes());
    assertThat(read.manifest().channelNames()).containsExactly("x", "y");
  }

  @Test
  void theSameContentGivesTheSameBytes() {
    assertThat(TestModel.bundle().toBytes()).isEqualTo(TestModel.bundle().toBytes());
  }

  @Test
  void theBytesHoldNoTimeOfWriting() throws IOException {
    try (ZipInputStream in =
        new ZipInputStream(new ByteArrayInputStream(TestModel.bundle().toBytes()))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        assertThat(entry.getTimeLocal().getYear()).isEqualTo(1980);
      }
    }
  }

  @Test
  void theManifestHoldsTheChecksumOfEveryOtherEntry() throws IOException {
    Map<String, byte[]> entries = entries();
    assertThat(entries.keySet())
        .containsExactly("manifest.json", "network.onnx", "network.dl4j.zip");
    assertThat(TestModel.bundle().manifest().sha256())
        .isEqualTo(
            Map.of(
                "network.onnx",
                Bundle.sha256(entries.get("network.onnx")),
                "network.dl4j.zip",
                Bundle.sha256(entries.get("network.dl4j.zip"))));
  }

  /** Test vector of FIPS 180-4. */
  @Test
  void checksumsAreSha256() {
    assertThat(Bundle.sha256(utf8("abc")))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void writingReplacesWhatIsThereAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("pumps.whisker");
    Files.write(file, new byte[100_000]);
    TestModel.bundle().write(file);
    assertThat(Files.readAllBytes(file)).isEqualTo(TestModel.bundle().toBytes());
    assertThat(files()).containsExactly("pumps.whisker");
  }

  @Test
  void failedWritingLeavesWhatWasThere() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("pumps.whisker"));
    Files.write(taken.resolve("inside"), new byte[1]);
    assertThatThrownBy(() -> TestModel.bundle().write(taken))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot be written")
        .hasMessageContaining(taken.toString());
    assertThat(files()).containsExactly("pumps.whisker");
    assertThat(taken.resolve("inside")).exists();
  }

  @Test
  void aBundleMayBeReadByWhoeverMayReadOtherFiles() throws IOException {
    Path file = folder.resolve("pumps.whisker");
    TestModel.bundle().write(file);
    Path other = Files.write(folder.resolve("other"), new byte[1]);
    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(other));
  }

  /** A golden file, written before bundles knew Markov filters and told their quality. */
  @Test
  void aBundleOfAnOlderWhiskerIsReadAndClassifiesAsItDid() throws IOException {
    byte[] golden;
    try (InputStream in = BundleTest.class.getResourceAsStream("format-1-k-of-n.whisker")) {
      golden = in.readAllBytes();
    }
    Bundle read = Bundle.read(golden, ORIGIN);
    assertThat(read.manifest().smoothing()).isEqualTo(new Smoothing(3, 5));
    assertThat(read.manifest().predicted()).isEmpty();
    assertThat(read.manifest().quality()).isNull();
    assertThat(read.manifest())
        .isEqualTo(new Bundle(TestModel.manifest(0.6), read.onnx(), read.dl4j()).manifest());
    float[] probabilities = new float[2];
    try (SequenceClassifier classifier = Engine.named("onnx").open(read)) {
      classifier.classify(new float[] {0, 3, 0, 3, 0, 3, 0, 3}, 1, probabilities);
    }
    // The softmax of the channels' means, 0 and 3.
    assertThat(probabilities[1]).isCloseTo(0.95257413f, within(1e-6f));
  }

  @Test
  void whatFollowsTheNetworkIsReadBack() {
    Markov markov =
        new Markov(
            List.of(List.of(0.9, 0.1), List.of(0.25, 0.75)),
            List.of(0.5, 0.5),
            List.of(0.25, 0.75),
            0.5);
    Quality.OnPart part =
        new Quality.OnPart(40, 0.1, 0.05, 0.5, null, new Quality.Effect(0.9, 1, 7, 3, 1, 2, null));
    Manifest manifest =
        TestModel.manifest(0.6)
            .withServing(0.75, Smoothing.by(markov), List.of(0.25, 0.75))
            .withQuality(new Quality(part, null, 0.99));
    Bundle bundle = new Bundle(manifest, utf8("onnx"), utf8("dl4j"));
    assertThat(Bundle.read(bundle.toBytes(), ORIGIN).manifest()).isEqualTo(bundle.manifest());
  }

  @Test
  void aMarkovFilterOfOtherLabelsIsRefused() {
    Markov three =
        new Markov(
            List.of(List.of(0.8, 0.1, 0.1), List.of(0.1, 0.8, 0.1), List.of(0.1, 0.1, 0.8)),
            List.of(0.5, 0.25, 0.25),
            List.of(0.5, 0.25, 0.25),
            1);
    assertThatThrownBy(() -> TestModel.manifest(0).withServing(0, Smoothing.by(three), List.of()))
        .hasMessageContaining("has a Markov filter that is not of its 2 labels");
  }

  // refusing

  @Test
  void aMissingFileIsRefusedWithTheRemedy() {
    Path file = folder.resolve("none.whisker");
    assertThatThrownBy(() -> Bundle.read(file))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("no bundle " + file)
        .hasMessageContaining("whisker train");
  }

  @Test
  void aFolderIsRefused() {
    assertThatThrownBy(() -> Bundle.read(folder))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void aFileOfAbsurdSizeIsRefusedUnread() throws IOException {
    Path file = folder.resolve("huge.whisker");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(3L << 30);
    }
    assertThatThrownBy(() -> Bundle.read(file))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("3221225472 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "time,x,y\n1,2,3\n", "PK", "PK\u0003\u0004 and no more"})
  void whatIsNoZipIsRefused(String content) {
    assertRefused(utf8(content));
  }

  @Test
  void aTextIsCalledNoBundle() {
    assertRefused(utf8("time,x\n1,2\n"))
        .hasMessageContaining("no bundle")
        .hasMessageContaining("manifest.json");
  }

  @Test
  void aZipWithoutManifestIsRefused() {
    assertRefused(Map.of("readme.txt", new byte[3]))
        .hasMessageContaining("no manifest.json")
        .hasMessageContaining("readme.txt");
  }

  @Test
  void aMissingEntryIsRefused() throws IOException {
    Map<String, byte[]> entries = entries();
    entries.remove("network.onnx");
    assertRefused(entries)
        .hasMessageContaining("no network.onnx")
        .hasMessageContaining("network.dl4j.zip");
  }

  @Test
  void aDamagedNetworkIsRefused() throws IOException {
    Map<String, byte[]> entries = entries();
    byte[] onnx = entries.get("network.onnx");
    String expected = Bundle.sha256(onnx);
    onnx[5] ^= 1;
    assertRefused(entries)
        .hasMessageContaining("network.onnx has SHA-256 " + Bundle.sha256(onnx))
        .hasMessageContaining("expects " + expected);
  }

  @Test
  void aNetworkWithoutChecksumIsRefused() throws IOException {
    String onnx = "\"network.onnx\" : ";
    assertRefused(withManifest(onnx, "\"manifest.json.not\" : "));
    Map<String, byte[]> entries = withManifest(onnx, "\"another.onnx\" : ");
    entries.put("another.onnx", entries.get("network.onnx"));
    assertRefused(entries).hasMessageContaining("no checksum of network.onnx");
  }

  @Test
  void aLaterFormatIsRefused() throws IOException {
    assertRefused(withManifest("\"formatVersion\" : 1", "\"formatVersion\" : 2"))
        .hasMessageContaining("format version 2")
        .hasMessageContaining("reads version 1");
  }

  @Test
  void aLaterFormatIsRefusedForItsVersionWhateverElseItHas() throws IOException {
    Map<String, byte[]> entries = entries();
    entries.put("manifest.json", utf8("{\"formatVersion\":9,\"labels\":7}"));
    assertRefused(entries).hasMessageContaining("format version 9");
  }

  @Test
  void fieldsOfLaterWhiskersArePassedOver() throws IOException {
    Map<String, byte[]> entries =
        withManifest("\"name\" : \"pumps\"", "\"name\" : \"pumps\", \"new\" : {\"a\" : [1]}");
    assertThat(Bundle.read(Bundle.zip(entries), ORIGIN).manifest())
        .isEqualTo(TestModel.bundle().manifest());
  }

  @Test
  void aManifestWithoutAStateIsOfANetworkThatCarriesNone() throws IOException {
    Map<String, byte[]> entries = withManifest("  \"state\" : null,", "");
    assertThat(Bundle.read(Bundle.zip(entries), ORIGIN).manifest().state()).isNull();
  }

  @Test
  void aBundleOfAnEarlierWhiskerOpensWithoutWhatItDidNotKeep() throws IOException {
    Manifest now = TestModel.bundle().manifest();
    Manifest full =
        now.withTest(
            new Manifest.TestMetrics(
                0.9,
                0.8,
                10,
                List.of(List.of(5, 1), List.of(0, 4)),
                Map.of("pump-2", new Manifest.DeviceScore(0.9, 10)),
                new Manifest.Baselines(
                    new Manifest.Baseline(0.5, 0.3, 10, 40),
                    new Manifest.Baseline(0.7, 0.6, 10, 40))));
    Map<String, byte[]> entries =
        entries(new Bundle(full, TestModel.bundle().onnx(), TestModel.bundle().dl4j()).toBytes());
    String manifest = text(entries.get("manifest.json"));
    String earlier =
        manifest
            .replaceFirst(",\\s*\"confusion\"(?s:.*?)\"split\"", "}, \"split\"")
            .replaceFirst(",\\s*\"history\" : null", "");
    assertThat(earlier).doesNotContain("confusion", "devices", "baselines", "history");
    assertThat(manifest).contains("confusion", "pump-2", "baselines", "history");
    assertThat(Bundle.read(Bundle.zip(entries), ORIGIN).manifest().test()).isEqualTo(full.test());
    entries.put("manifest.json", utf8(earlier));
    Manifest read = Bundle.read(Bundle.zip(entries), ORIGIN).manifest();
    assertThat(read.test()).isEqualTo(new Manifest.TestMetrics(0.9, 0.8, 10));
    assertThat(read.provenance().history()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "7", "{", "{}", "not json", "{\"formatVersion\":1}"})
  void aManifestThatIsNoneIsRefused(String manifest) throws IOException {
    Map<String, byte[]> entries = entries();
    entries.put("manifest.json", utf8(manifest));
    assertRefused(entries);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"length\" : 4|\"length\" : 2147483647|length is 2147483647",
        "\"length\" : 4|\"length\" : 2147483648|range of int",
        "\"length\" : 4|\"length\" : -4|length is -4",
        "\"length\" : 4|\"length\" : null|null",
        "\"length\" : 4|\"length\" : 2097152|2097152 samples × 2 channels",
        "\"length\" : 4|\"length\" : 5|frames of 2",
        "\"hop\" : 2|\"hop\" : 0|hop is 0",
        "\"hop\" : 2|\"hop\" : \"two\"|two",
        "\"periodMicros\" : 1000.0|\"periodMicros\" : \"NaN\"|period is NaN",
        "\"periodMicros\" : 1000.0|\"periodMicros\" : 1e999|period is Infinity",
        "\"maxGapPeriods\" : 5.0|\"maxGapPeriods\" : 1e999|maxGap is Infinity",
        "\"frame\" : 2|\"frame\" : 0|frames of 0",
        "\"frame\" : 2|\"frame\" : 3|frames of 3",
        "\"temperature\" : 1.5|\"temperature\" : \"NaN\"|temperature NaN",
        "\"temperature\" : 1.5|\"temperature\" : 0|temperature 0.0",
        "\"temperature\" : 1.5|\"temperature\" : 1e999|temperature Infinity",
        "\"rejectThreshold\" : 0.6|\"rejectThreshold\" : \"NaN\"|threshold NaN",
        "\"rejectThreshold\" : 0.6|\"rejectThreshold\" : 1.5|threshold 1.5",
        "\"labels\" : [ \"low\", \"high\" ]|\"labels\" : [ ]|labels []",
        "\"labels\" : [ \"low\", \"high\" ]|\"labels\" : [ \"low\" ]|labels [low]",
        "\"labels\" : [ \"low\", \"high\" ]|\"labels\" : [ \"a\", \"a\" ]|label twice",
        "\"labels\" : [ \"low\", \"high\" ]|\"labels\" : [ \"a\", null ]|cannot be read",
        "\"labels\" : [ \"low\", \"high\" ]|\"labels\" : null|labels",
        "\"channels\" : [|\"channels\" : [ ], \"old\" : [|no channels",
        "\"name\" : \"x\"|\"name\" : \"y\"|channel twice",
        "\"name\" : \"x\"|\"name\" : null|no name",
        "\"name\" : \"x\"|\"name\" : \"\"|no name",
        "\"mean\" : [ 0.5, -1.0 ]|\"mean\" : [ 0.5 ]|statistics",
        "\"normalizer\" : {|\"normalizer\" : null, \"old\" : {|statistics",
        "\"k\" : 3|\"k\" : 1|1 of 5",
        "\"smoothing\" : {|\"smoothing\" : null, \"old\" : {|smoothing",
        "\"window\" : {|\"window\" : null, \"old\" : {|window",
        "\"sha256\" : {|\"sha256\" : null, \"old\" : {|sha256",
        "\"kind\" : \"DEVICE\"|\"kind\" : \"MOON\"|MOON",
        "\"name\" : \"pumps\"|\"name\" : null|name",
      })
  void aManifestThatMakesNoSenseIsRefused(String part, String replacement, String message)
      throws IOException {
    assertRefused(withManifest(part, replacement)).hasMessageContaining(message);
  }

  @Test
  void aDeepManifestIsRefused() throws IOException {
    Map<String, byte[]> entries = entries();
    entries.put("manifest.json", utf8("{\"formatVersion\":" + "[".repeat(100_000)));
    assertRefused(entries);
  }

  @Test
  void tooManyEntriesAreRefused() throws IOException {
    Map<String, byte[]> entries = entries();
    for (int i = 0; i < 20; i++) {
      entries.put("more" + i, new byte[1]);
    }
    assertRefused(entries).hasMessageContaining("too large").hasMessageContaining("16 entries");
  }

  /** Either the damage is found or it is where it does no harm, such as an entry's time. */
  private static void assertReadsTheSameOrIsRefused(byte[] bytes, String damage) {
    Bundle whole = TestModel.bundle();
    try {
      Bundle read = Bundle.read(bytes, ORIGIN);
      assertThat(read.manifest()).as(damage).isEqualTo(whole.manifest());
      assertThat(read.onnx()).as(damage).isEqualTo(whole.onnx());
      assertThat(read.dl4j()).as(damage).isEqualTo(whole.dl4j());
    } catch (BundleException e) {
      assertThat(e).as(damage).hasMessageContaining(ORIGIN);
    }
  }

  @Test
  void noDamagedByteGoesUnnoticedWhereItMatters() {
    byte[] whole = TestModel.bundle().toBytes();
    for (int i = 0; i < whole.length; i++) {
      for (int flip : new int[] {1, 0x80, 0xFF}) {
        byte[] damaged = whole.clone();
        damaged[i] = (byte) (damaged[i] ^ flip);
        assertReadsTheSameOrIsRefused(damaged, "byte " + i + " changed by " + flip);
      }
    }
  }

  @Test
  void aTruncatedBundleIsRefused() {
    byte[] whole = TestModel.bundle().toBytes();
    for (int length = 0; length < whole.length; length++) {
      assertReadsTheSameOrIsRefused(Arrays.copyOf(whole, length), "cut at " + length);
    }
    for (int length : new int[] {1, 100, whole.length / 2}) {
      assertRefused(Arrays.copyOf(whole, length));
    }
  }
}
