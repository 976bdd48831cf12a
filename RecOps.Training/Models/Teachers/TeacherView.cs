namespace RecOps.Training.Models.Teachers;

/// <summary>
/// The inputs of every teacher, as fields of one length and as plain numbers. Teachers differ in how these interact.
/// </summary>
/// <param name="Candidates">[b, k]: ordinals of the candidates.</param>
/// <param name="Item">[b, k, d]: vectors of the candidates.</param>
/// <param name="Interests">[b, s, d]: the history pooled under several decays.</param>
/// <param name="Columns">[b, k, n]: numbers known about each candidate.</param>
/// <param name="Request">[b, r]: numbers known about the request.</param>
/// <param name="Past">[b, h, d]: vectors of the history, zero for padding.</param>
/// <param name="Present">[b, h]: 1 for entries, 0 for padding.</param>
internal sealed record TeacherView<T>(T Candidates, T Item, T Interests, T Columns, T Request, T Past, T Present);

/// <summary>A ranker's inputs, and the candidates' trends at that time.</summary>
/// <param name="History">[b, h], newest first, padded with -1.</param>
/// <param name="Candidates">[b, k].</param>
/// <param name="Trends">[b, k, <see cref="ItemTrends.Columns"/>].</param>
/// <param name="Context">[b, c].</param>
/// <param name="Types">[b, h] event types, 0 for padding; the default for teachers that do not read them.</param>
/// <param name="Ages">[b, h] days, 0 for padding; the default for teachers that do not read them.</param>
internal sealed record TeacherInputs<T>(T History, T Candidates, T Trends, T Context, T Types, T Ages);
