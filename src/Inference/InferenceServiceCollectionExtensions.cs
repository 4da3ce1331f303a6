using Lineup.Inference.Admission;
using Lineup.Inference.Imaging;
using Lineup.Inference.Lanes;
using Lineup.Inference.Serving;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Lineup.Inference;

/// <summary>Registers inference: the lanes, the variants they serve, their options and metrics.</summary>
public static class InferenceServiceCollectionExtensions
{
    /// <summary>Adds what a silo needs to serve variants. The model repository must be registered too.</summary>
    public static IServiceCollection AddInference(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddImageLimits(configuration);
        services.AddAdmissionLimits(configuration);
        Bind<LaneOptions>(services, configuration, LaneOptions.Section);
        Bind<ServingOptions>(services, configuration, ServingOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.TryAddSingleton<InferenceMetrics>();
        services.TryAddSingleton<RepositoryMetrics>();
        services.TryAddSingleton(provider => ActivatorUtilities.CreateInstance<VariantHosts>(
            provider, Value<LaneOptions>(provider), Value<AdmissionOptions>(provider), Value<ImageOptions>(provider), Value<ServingOptions>(provider)));
        return services;
    }

    /// <summary>Adds the limits on uploads alone, for a frontend that only checks headers.</summary>
    public static IServiceCollection AddImageLimits(this IServiceCollection services, IConfiguration configuration)
    {
        Bind<ImageOptions>(services, configuration, ImageOptions.Section);
        return services;
    }

    /// <summary>Adds the limits on waiting alone, for a frontend that only checks deadlines.</summary>
    public static IServiceCollection AddAdmissionLimits(this IServiceCollection services, IConfiguration configuration)
    {
        Bind<AdmissionOptions>(services, configuration, AdmissionOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AdmissionOptions>, AdmissionOptions.Validator>());
        return services;
    }

    private static void Bind<T>(IServiceCollection services, IConfiguration configuration, string section)
        where T : class => services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();

    private static T Value<T>(IServiceProvider provider)
        where T : class => provider.GetRequiredService<IOptions<T>>().Value;
}
