namespace RecOps.Training.Distillation;

/// <summary>What the teachers said about the pools.</summary>
/// <param name="Early">[lessons, width] logits of the teachers as they were early on; null when nobody kept those.</param>
/// <param name="Final">[lessons, width] logits.</param>
internal sealed record TeacherAnswers(LessonPools Pools, float[]? Early, float[] Final);
