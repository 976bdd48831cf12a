namespace RecOps.Client.Shell;

/// <summary>Finds things of one feature for the palette: shoppers, items, rules.</summary>
internal interface IPaletteSource
{
    /// <summary>The palette was opened: lists kept from earlier searches are fetched again.</summary>
    void Forget() { }

    /// <summary>
    /// Matches for a text, best first, at most <see cref="PaletteSearch.OfEach"/>; none when the server cannot be reached.
    /// </summary>
    Task<IEnumerable<PaletteEntry>> FindAsync(string text, CancellationToken cancellation);
}
