using RecOps.Client.Hosting;
using RecOps.Shared.Users;

namespace RecOps.Client.Users;

/// <summary>
/// Picks a known shopper at random. The server only searches by prefix, so a random digit after the letters that ids start
/// with reaches beyond the first page.
/// </summary>
internal sealed class RandomUser(UsersClient users, Random random)
{
    private const int Tries = 3;

    public async Task<ApiResult<UserSummary>> PickAsync(CancellationToken cancellation = default)
    {
        ApiResult<UserSearchResponse> first = await users.SearchAsync("", cancellation: cancellation);
        if (!first.Succeeded)
            return first.Problem;
        if (first.Value.Users.Length == 0)
            return ApiProblem.NoUsers;

        string letters = string.Concat(first.Value.Users[0].UserId.TakeWhile(character => !char.IsAsciiDigit(character)));
        int digits = first.Value.Users[0].UserId.Skip(letters.Length).TakeWhile(char.IsAsciiDigit).Count();
        for (int i = 0; i < Tries && digits > 0; i++)
        {
            string prefix = letters + random.Next((int)Math.Pow(10, Math.Min(digits - 1, 8))).ToString($"D{Math.Max(1, digits - 1)}");
            ApiResult<UserSearchResponse> page = await users.SearchAsync(prefix, cancellation: cancellation);
            if (page.Value?.Users is { Length: > 0 } found)
                return found[random.Next(found.Length)];
        }

        return first.Value.Users[random.Next(first.Value.Users.Length)];
    }
}
