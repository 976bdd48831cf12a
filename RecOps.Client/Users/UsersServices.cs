using RecOps.Client.Shell;

namespace RecOps.Client.Users;

/// <summary>Shoppers, and a way to find one.</summary>
internal static class UsersServices
{
    public static IServiceCollection AddUsers(this IServiceCollection services) =>
        services.AddScoped<IPaletteSource, UserPalette>().AddScoped<RandomUser>().AddScoped<UsersClient>();
}
