namespace RecOps.Tests.Architecture.Samples.Nothing;

/// <summary>Names nothing of another folder but what the compiler puts in place of names.</summary>
internal static class Alone
{
    public static string Name => nameof(Used.Thing);
}
