namespace RecOps.Shared.Telemetry;

/// <param name="Annotations">Oldest first.</param>
public sealed record AnnotationList(Annotation[] Annotations);

/// <summary>A change that may show in charts.</summary>
/// <param name="Kind">One of <see cref="AnnotationKind"/>.</param>
/// <param name="Text">For people.</param>
public sealed record Annotation(DateTimeOffset At, string Kind, string Text);

/// <summary>Values of <see cref="Annotation.Kind"/>.</summary>
public static class AnnotationKind
{
    public const string Model = "model";
    public const string Rules = "rules";
    public const string Start = "start";
    public const string Warming = "warming";
}
