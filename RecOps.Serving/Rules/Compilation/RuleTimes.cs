namespace RecOps.Serving.Rules.Compilation;

/// <summary>Which rules are active by schedule. Recomputed only when a schedule turns on or off.</summary>
/// <param name="schedules">By position of the rule; null for rules without a schedule.</param>
/// <param name="enabled">One bit for each enabled rule.</param>
internal sealed class RuleTimes(ScheduleWindows?[] schedules, ulong[] enabled)
{
    private volatile Span? _current;

    /// <summary>One bit for each rule that is active at a time.</summary>
    public ReadOnlySpan<ulong> At(DateTimeOffset moment)
    {
        Span? current = _current;
        if (current is null || moment < current.From || moment >= current.To)
            _current = current = Of(moment);
        return current.Rules;
    }

    private Span Of(DateTimeOffset moment)
    {
        ulong[] rules = [.. enabled];
        DateTimeOffset until = DateTimeOffset.MaxValue;
        for (int rule = 0; rule < schedules.Length; rule++)
        {
            if (schedules[rule] is not { } schedule)
                continue;
            if (!schedule.IsOn(moment, out DateTimeOffset next))
                rules[rule >> 6] &= ~(1UL << (rule & 63));
            if (next < until)
                until = next;
        }

        return new Span(moment, until, rules);
    }

    /// <param name="From">Moment that it was worked out for.</param>
    /// <param name="To">Up to which nothing turns on or off.</param>
    private sealed record Span(DateTimeOffset From, DateTimeOffset To, ulong[] Rules);
}
