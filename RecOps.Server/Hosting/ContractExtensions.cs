using System.Text.Json.Serialization;

namespace RecOps.Server.Hosting;

internal static class ContractExtensions
{
    /// <summary>Has what a feature sends and takes serialized by its generated code.</summary>
    public static IServiceCollection AddContracts(this IServiceCollection services, JsonSerializerContext contracts) =>
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, contracts));
}
