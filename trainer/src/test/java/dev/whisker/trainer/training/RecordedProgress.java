package dev.whisker.trainer.training;

import java.util.ArrayList;
import java.util.List;

/** Remembers everything that it was told. */
class RecordedProgress implements TrainingProgress {
  final List<Epoch> epochs = new ArrayList<>();
  final List<String> notes = new ArrayList<>();
  final List<String> ends = new ArrayList<>();

  @Override
  public void note(String text) {
    notes.add(text);
  }

  @Override
  public void epoch(Epoch epoch) {
    epochs.add(epoch);
  }

  @Override
  public void finished(String why) {
    ends.add(why);
  }
}
