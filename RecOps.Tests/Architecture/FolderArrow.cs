namespace RecOps.Tests.Architecture;

/// <summary>A dependency of one folder on another.</summary>
/// <param name="To">Empty for the project's root namespace.</param>
/// <param name="Uses">Which type uses which, in order.</param>
internal sealed record FolderArrow(string From, string To, IReadOnlyCollection<string> Uses)
{
    public override string ToString() => $"{From} uses {(To.Length == 0 ? "the root namespace" : To)}: {string.Join(", ", Uses)}";
}
