using RecOps.Tests.Architecture.Samples.Used;

namespace RecOps.Tests.Architecture.Samples.Constraint;

internal sealed class Box<T>
    where T : IThing
{
    public T? Content { get; set; }
}
