namespace RecOps.Tests.Architecture.Samples.Nothing;

/// <summary>Names nothing from another folder except what the compiler replaces.</summary>
internal static class Alone
{
    public static string Name => nameof(Used.Thing);
}
