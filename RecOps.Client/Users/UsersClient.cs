using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Users;

namespace RecOps.Client.Users;

/// <summary>Finds shoppers and shows who they are.</summary>
internal sealed class UsersClient(ApiClient api)
{
    public Task<ApiResult<UserSearchResponse>> SearchAsync(string query, int limit = 20, CancellationToken cancellation = default) =>
        api.GetAsync(
            $"{Routes.Users}?query={Uri.EscapeDataString(query)}&limit={limit}",
            UsersJson.Default.UserSearchResponse,
            cancellation
        );

    public Task<ApiResult<UserProfile>> ProfileAsync(string userId, CancellationToken cancellation = default) =>
        api.GetAsync(Routes.Profile(userId), UsersJson.Default.UserProfile, cancellation);
}
