namespace RecOps.Tests.Architecture.Samples.AttributeArgument;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class MarkAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;
}
