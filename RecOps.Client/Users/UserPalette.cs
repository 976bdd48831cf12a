using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Shared.Users;

namespace RecOps.Client.Users;

/// <summary>Shoppers, for the palette.</summary>
internal sealed class UserPalette(UsersClient users) : IPaletteSource
{
    public async Task<IEnumerable<PaletteEntry>> FindAsync(string text, CancellationToken cancellation)
    {
        ApiResult<UserSearchResponse> answer = await users.SearchAsync(text, PaletteSearch.OfEach, cancellation);
        return (answer.Value?.Users ?? []).Select(Entry);
    }

    private static PaletteEntry Entry(UserSummary user) =>
        new(
            "shopper",
            user.UserId,
            string.Join(", ", new[] { user.Country, user.Segment }.Where(part => part.Length > 0)),
            $"try?user={Uri.EscapeDataString(user.UserId)}"
        );
}
