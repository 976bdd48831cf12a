using RecOps.Tests.Architecture.Samples.Used;

namespace RecOps.Tests.Architecture.Samples.AttributeArgument;

[Mark(typeof(Thing))]
internal static class Marked;
