using RecOps.Serving.Validation;

namespace RecOps.Server.Recommendations;

/// <summary>
/// A query parameter that is none: misspelt, or one that only a body has. Passed over, the answer would look right and not be.
/// </summary>
internal static class UnknownParameter
{
    /// <param name="onlyInBody">Fields that the call with a body has beside those.</param>
    /// <param name="post">The call with a body.</param>
    public static string Describe(string name, IReadOnlyCollection<string> known, IReadOnlyCollection<string> onlyInBody, string post) =>
        onlyInBody.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? $"'{name}' does not fit into a query; send it with {post}."
            : UnknownName.Describe("parameter", name, known);
}
