using System.Text.Json.Serialization;

namespace RecOps.Server.Hosting;

internal static class ContractExtensions
{
    /// <summary>Registers the generated JSON serializers of a feature's contracts.</summary>
    public static IServiceCollection AddContracts(this IServiceCollection services, JsonSerializerContext contracts) =>
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, contracts));
}
