namespace RecOps.Training.Distillation;

/// <summary>The teachers' logits for the pools.</summary>
/// <param name="Early">[lessons, width] logits of the early teachers; null when those were not kept.</param>
/// <param name="Final">[lessons, width] logits.</param>
internal sealed record TeacherAnswers(LessonPools Pools, float[]? Early, float[] Final);
