namespace RecOps.Training.Distillation;

/// <summary>How much work to spend on a training.</summary>
internal enum TrainingPreset
{
    /// <summary>The student alone, without teachers.</summary>
    Plain,

    /// <summary>Teachers and student with one seed and proven settings.</summary>
    Quick,

    /// <summary>Five seeds, and settings chosen on the last weeks before the cut.</summary>
    Full,
}
