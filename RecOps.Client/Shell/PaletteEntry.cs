namespace RecOps.Client.Shell;

/// <summary>Something the palette can open.</summary>
/// <param name="Kind">page, shopper, item, rule or cluster.</param>
/// <param name="About">A few more words.</param>
/// <param name="Address">Within the console.</param>
public sealed record PaletteEntry(string Kind, string Name, string About, string Address);
