using RecOps.Client.Shell;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>Rules of the draft, for the palette.</summary>
internal sealed class RulePalette(RulesClient rules) : IPaletteSource
{
    private PaletteEntry[]? _entries;

    public void Forget() => _entries = null;

    public async Task<IEnumerable<PaletteEntry>> FindAsync(string text, CancellationToken cancellation)
    {
        _entries ??= [.. ((await rules.DraftAsync(cancellation)).Value?.Document.Rules ?? []).Select(Entry)];
        return PaletteSearch.Match(_entries, text).Take(PaletteSearch.OfEach);
    }

    private static PaletteEntry Entry(Rule rule) => new("rule", rule.Name, rule.Id, $"rules/edit/{Uri.EscapeDataString(rule.Id)}");
}
