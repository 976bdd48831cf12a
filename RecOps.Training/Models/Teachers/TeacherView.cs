namespace RecOps.Training.Models.Teachers;

/// <summary>
/// What every teacher sees of a request, as fields of one length and as plain numbers; they differ in how they let these interact.
/// </summary>
/// <param name="Candidates">[b, k]: their ordinals.</param>
/// <param name="Item">[b, k, d]: their vectors.</param>
/// <param name="Interests">[b, s, d]: the history under several fadings.</param>
/// <param name="Columns">[b, k, n]: numbers known of each candidate.</param>
/// <param name="Request">[b, r]: numbers known of the request.</param>
/// <param name="Past">[b, h, d]: the history, zero where there is a pad.</param>
/// <param name="Present">[b, h]: 1 where there is no pad.</param>
internal sealed record TeacherView<T>(T Candidates, T Item, T Interests, T Columns, T Request, T Past, T Present);

/// <summary>A ranker's inputs, and the trends of all items at the moment.</summary>
/// <param name="History">[b, h], newest first, -1 pads.</param>
/// <param name="Candidates">[b, k].</param>
/// <param name="Trends">[b, k, <see cref="ItemTrends.Columns"/>].</param>
/// <param name="Context">[b, c].</param>
internal sealed record TeacherInputs<T>(T History, T Candidates, T Trends, T Context);
