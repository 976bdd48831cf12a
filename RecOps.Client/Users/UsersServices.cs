using RecOps.Client.Shell;

namespace RecOps.Client.Users;

/// <summary>Shoppers, and a search for them.</summary>
internal static class UsersServices
{
    public static IServiceCollection AddUsers(this IServiceCollection services) =>
        services.AddScoped<IPaletteSource, UserPalette>().AddScoped<RandomUser>().AddScoped<UsersClient>();
}
