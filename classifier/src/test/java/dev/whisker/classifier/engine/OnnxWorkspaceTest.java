package dev.whisker.classifier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OnnxWorkspaceTest {
  private static final OnnxShape STATELESS = new OnnxShape(4, 2, 3, 0, 0);
  private static final OnnxShape STATEFUL = new OnnxShape(4, 2, 3, 5, 6);

  private static List<OnnxTensor> tensors(OnnxBatch batch) {
    return Stream.concat(batch.inputs().values().stream(), batch.outputs().values().stream())
        .toList();
  }

  @Test
  void tensorsHaveTheShapesOfTheNetwork() throws OrtException {
    try (OnnxWorkspace workspace = new OnnxWorkspace(STATEFUL)) {
      OnnxBatch batch = workspace.batch(7);
      assertThat(batch.inputs().keySet()).containsExactly("windows", "hidden", "cell");
      assertThat(batch.outputs().keySet())
          .containsExactly("probabilities", "hidden_out", "cell_out");
      assertThat(tensors(batch).stream().map(tensor -> tensor.getInfo().getShape()))
          .containsExactly(
              new long[] {7, 4, 2},
              new long[] {7, 5},
              new long[] {7, 6},
              new long[] {7, 3},
              new long[] {7, 5},
              new long[] {7, 6});
    }
  }

  @Test
  void theTensorsForANumberOfWindowsAreKept() throws OrtException {
    try (OnnxWorkspace workspace = new OnnxWorkspace(STATELESS)) {
      OnnxBatch eight = workspace.batch(8);
      OnnxBatch three = workspace.batch(3);
      assertThat(workspace.batch(8)).isSameAs(eight);
      assertThat(workspace.batch(3)).isSameAs(three);
      assertThat(tensors(eight)).noneMatch(OnnxTensor::isClosed);
    }
  }

  @Test
  void ofManyNumbersOfWindowsTheTensorsOfTheLatestAreKeptAndTheOthersClosed() throws OrtException {
    try (OnnxWorkspace workspace = new OnnxWorkspace(STATEFUL)) {
      int most = 2 * OnnxWorkspace.KEPT;
      workspace.batch(most);
      List<OnnxBatch> made = new ArrayList<>();
      for (int count = 1; count < most; count++) {
        made.add(workspace.batch(count));
        workspace.batch(1);
      }
      for (OnnxBatch batch : made) {
        boolean kept = batch.count() == 1 || batch.count() > most - OnnxWorkspace.KEPT;
        assertThat(tensors(batch)).allMatch(tensor -> tensor.isClosed() != kept);
      }
    }
  }

  @Test
  void tensorsOverBuffersThatWereTooSmallAreClosed() throws OrtException {
    try (OnnxWorkspace workspace = new OnnxWorkspace(STATELESS)) {
      OnnxBatch five = workspace.batch(5);
      OnnxBatch eight = workspace.batch(8);
      assertThat(tensors(five)).noneMatch(OnnxTensor::isClosed);
      OnnxBatch nine = workspace.batch(9);
      assertThat(tensors(five)).allMatch(OnnxTensor::isClosed);
      assertThat(tensors(eight)).allMatch(OnnxTensor::isClosed);
      assertThat(tensors(nine)).noneMatch(OnnxTensor::isClosed);
    }
  }

  @Test
  void allTensorsAreClosedWithTheWorkspace() throws OrtException {
    List<OnnxTensor> tensors = new ArrayList<>();
    try (OnnxWorkspace workspace = new OnnxWorkspace(STATEFUL)) {
      for (int count : new int[] {8, 3, 1, 8}) {
        tensors.addAll(tensors(workspace.batch(count)));
      }
      assertThat(tensors).noneMatch(OnnxTensor::isClosed);
    }
    assertThat(tensors).allMatch(OnnxTensor::isClosed);
  }

  @Test
  void zerosReplaceTheStateOfTheCallBefore() throws OrtException {
    try (OnnxWorkspace workspace = new OnnxWorkspace(STATEFUL)) {
      OnnxBatch batch = workspace.batch(1);
      float[] window = new float[8];
      workspace.write(window, 1, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
      assertThat(batch.inputs().get("hidden").getFloatBuffer().array())
          .containsExactly(1, 2, 3, 4, 5);
      assertThat(batch.inputs().get("cell").getFloatBuffer().array())
          .containsExactly(6, 7, 8, 9, 10, 11);
      workspace.write(window, 1, null);
      assertThat(batch.inputs().get("hidden").getFloatBuffer().array()).containsOnly(0);
      assertThat(batch.inputs().get("cell").getFloatBuffer().array()).containsOnly(0);
    }
  }
}
