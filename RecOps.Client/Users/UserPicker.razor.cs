using Microsoft.AspNetCore.Components;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Shared.Users;

namespace RecOps.Client.Users;

/// <summary>Picks a shopper by typing. Unknown ids are accepted too, to try newcomers.</summary>
public sealed partial class UserPicker : ComponentBase
{
    private readonly Dictionary<string, UserSummary> _found = [];
    private ApiProblem? _problem;
    private int _total;
    private int _shown;

    [Parameter]
    public string UserId { get; set; } = "";

    [Parameter]
    public EventCallback<string> ValueChanged { get; set; }

    /// <summary>What the server says is wrong with the id.</summary>
    [Parameter]
    public string? Error { get; set; }

    [Inject]
    internal UsersClient Users { get; set; } = default!;

    private string Note =>
        _problem is not null ? $"{_problem.Title}. {_problem.Detail}"
        : _shown == 0 ? "No known shopper matches. Press Enter to try this id as a newcomer."
        : $"{Quantity.Count(_total)} shoppers in the model";

    private static string Describe(UserSummary user) =>
        string.Join(" · ", new[] { user.Country, user.Segment }.Where(text => text.Length > 0));

    private async Task<IEnumerable<string?>> SearchAsync(string? text, CancellationToken cancellation)
    {
        ApiResult<UserSearchResponse> answer = await Users.SearchAsync(text ?? "", cancellation: cancellation);
        _problem = answer.Problem;
        _shown = answer.Value?.Users.Length ?? 0;
        if (!answer.Succeeded)
            return [];

        _total = answer.Value.Total;
        foreach (UserSummary user in answer.Value.Users)
            _found[user.UserId] = user;
        return answer.Value.Users.Select(user => user.UserId);
    }
}
