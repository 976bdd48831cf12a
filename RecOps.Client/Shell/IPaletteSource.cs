namespace RecOps.Client.Shell;

/// <summary>Finds things of one feature for the palette: shoppers, items, rules.</summary>
internal interface IPaletteSource
{
    /// <summary>The palette was opened: lists kept from earlier searches are asked for anew.</summary>
    void Forget() { }

    /// <summary>
    /// What a text may mean, best first, no more than <see cref="PaletteSearch.OfEach"/>; nothing where the server cannot be asked.
    /// </summary>
    Task<IEnumerable<PaletteEntry>> FindAsync(string text, CancellationToken cancellation);
}
