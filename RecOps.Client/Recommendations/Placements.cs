using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Recommendations;

namespace RecOps.Client.Recommendations;

/// <summary>The placements that the server is configured with.</summary>
internal sealed class Placements(ApiClient api)
{
    private bool _isAsked;

    /// <summary>Raised when the server has answered.</summary>
    public event Action? Changed;

    /// <summary>The server's defaults, until it has answered.</summary>
    public IReadOnlyList<string> All { get; private set; } = ["home", "product", "cart", "category", "search", "email"];

    /// <summary>Asks once: a server's settings do not change while it runs.</summary>
    public async Task LoadAsync()
    {
        if (_isAsked)
            return;

        _isAsked = true;
        ApiResult<PlacementList> answer = await api.GetAsync(Routes.Placements, RecommendationsJson.Default.PlacementList);
        _isAsked = answer.Succeeded;
        if (!answer.Succeeded || All.SequenceEqual(answer.Value.Placements, StringComparer.Ordinal))
            return;

        All = answer.Value.Placements;
        Changed?.Invoke();
    }
}
