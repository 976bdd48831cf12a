using System.Reflection;

namespace RecOps.Server.Hosting.OpenApi;

/// <summary>
/// Describes an endpoint that reads its request itself as if the framework bound it. A contract is a delegate type whose parameters and
/// result appear in the OpenAPI document.
/// </summary>
internal static class EndpointContract
{
    public static TBuilder Describe<TBuilder>(this TBuilder endpoints, Type contract)
        where TBuilder : IEndpointConventionBuilder
    {
        MethodInfo signature =
            contract.GetMethod("Invoke") ?? throw new ArgumentException($"{contract} is not a delegate.", nameof(contract));
        endpoints.Add(endpoint =>
        {
            endpoint.Metadata.Add(signature);
            RequestDelegateFactory.InferMetadata(
                signature,
                new RequestDelegateFactoryOptions
                {
                    ServiceProvider = endpoint.ApplicationServices,
                    RouteParameterNames = ((RouteEndpointBuilder)endpoint).RoutePattern.Parameters.Select(parameter => parameter.Name),
                    EndpointBuilder = endpoint,
                }
            );
        });
        return endpoints;
    }
}
