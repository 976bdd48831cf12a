using Microsoft.EntityFrameworkCore;
using RecOps.Server.Hosting;
using RecOps.Server.Hosting.OpenApi;
using RecOps.Server.Hosting.Problems;

namespace RecOps.Server.Storage;

internal static class StorageFeature
{
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<DataOptions>(DataOptions.Section);
        services.AddSingleton<DataDirectory>();
        services.AddSingleton<ISettingsCheck, RedisSettings>();
        services.AddSingleton<RedisConnection>();
        services.AddSingleton<RedisBreaker>();
        services.AddSingleton<RedisNodes>();
        services.AddSettings<DatabaseOptions>(DatabaseOptions.Section);
        services.AddSingleton<ISettingsCheck, DatabaseSettings>();
        services.AddSingleton<DatabaseState>();
        services.AddSingleton<IFailureAnswer, DatabaseFailureAnswer>();
        services.AddDatabase(configuration);
        services.AddSingleton<ChangeQueue>();
        services.AddScoped<ExclusiveChanges>();
        if (DocumentGeneration.IsRunning)
            return services;
        services.AddHostedService(provider => provider.GetRequiredService<RedisConnection>());
        services.AddHostedService<DatabaseSetup>();
        services.AddHostedService<UnsavedWriter>();
        return services;
    }

    private static void AddDatabase(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration[$"{DatabaseOptions.Section}:{nameof(DatabaseOptions.Provider)}"] == DatabaseOptions.Postgres)
        {
            services.AddDbContext<PostgresDatabase>(options => options.UseNpgsql(configuration.GetConnectionString(DatabaseSettings.Name)));
            services.AddScoped<RecOpsDatabase>(provider => provider.GetRequiredService<PostgresDatabase>());
            return;
        }

        services.AddSingleton<SqliteAccess>();
        services.AddDbContext<SqliteDatabase>(
            (provider, options) => options.UseSqlite(provider.GetRequiredService<SqliteAccess>().ConnectionString)
        );
        services.AddScoped<RecOpsDatabase>(provider => provider.GetRequiredService<SqliteDatabase>());
    }
}
