using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>The draft before each change, so that any change can be undone.</summary>
internal sealed class DraftHistory
{
    private const int Kept = 200;
    private readonly List<(RuleDocument Document, string What)> _undo = [];
    private readonly List<(RuleDocument Document, string What)> _redo = [];

    /// <summary>What <see cref="Undo"/> would undo; null for nothing.</summary>
    public string? UndoName => _undo.Count == 0 ? null : _undo[^1].What;

    /// <summary>What <see cref="Redo"/> would redo; null for nothing.</summary>
    public string? RedoName => _redo.Count == 0 ? null : _redo[^1].What;

    /// <param name="before">The draft before the change.</param>
    /// <param name="what">What was changed. Changes of the same thing in quick succession count as one.</param>
    /// <param name="joins">Whether it may be merged with the previous change.</param>
    public void Add(RuleDocument before, string what, bool joins)
    {
        _redo.Clear();
        if (joins && _undo.Count > 0 && _undo[^1].What == what)
            return;

        _undo.Add((before, what));
        if (_undo.Count > Kept)
            _undo.RemoveAt(0);
    }

    public RuleDocument? Undo(RuleDocument now) => Move(_undo, _redo, now);

    public RuleDocument? Redo(RuleDocument now) => Move(_redo, _undo, now);

    private static RuleDocument? Move(
        List<(RuleDocument Document, string What)> from,
        List<(RuleDocument Document, string What)> to,
        RuleDocument now
    )
    {
        if (from.Count == 0)
            return null;

        (RuleDocument document, string what) = from[^1];
        from.RemoveAt(from.Count - 1);
        to.Add((now, what));
        return document;
    }
}
