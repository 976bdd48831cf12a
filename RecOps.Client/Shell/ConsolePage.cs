namespace RecOps.Client.Shell;

/// <summary>
/// A page as the navigation and the palette offer it. Each feature registers its own; they are listed in the order of registration.
/// </summary>
/// <param name="Name">A word or two.</param>
/// <param name="About">A few more words, for the palette.</param>
/// <param name="Address">Within the console; empty for the first page.</param>
/// <param name="Icon">Beside its name in the navigation; null for a page that only the palette lists.</param>
/// <param name="ShownTo">Null when everyone may open it.</param>
internal sealed record ConsolePage(string Name, string About, string Address, string? Icon = null, Predicate<IViewer>? ShownTo = null);
