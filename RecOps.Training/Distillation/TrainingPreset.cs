namespace RecOps.Training.Distillation;

/// <summary>How much work a training is worth.</summary>
internal enum TrainingPreset
{
    /// <summary>The student alone, without teachers.</summary>
    Plain,

    /// <summary>Teachers and student once, with settings that have proven themselves.</summary>
    Quick,

    /// <summary>Five seeds, and settings chosen on the last weeks before the cut.</summary>
    Full,
}
