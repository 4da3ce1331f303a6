using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Lineup.Silo.Settings;

/// <summary>
/// Options that are needed while a host is still being built. What is wrong with them is not thrown there and then, but told with the
/// problems of all other options by <see cref="SettingsCheck"/>; until then the defaults stand in.
/// </summary>
public static class StartupSettings
{
    /// <summary>Registers options of a section with their rules, and reads them; the defaults where a rule is broken.</summary>
    public static T AddSettings<T>(this IHostApplicationBuilder builder, string section, IValidateOptions<T> rules)
        where T : class, new()
    {
        var configuration = builder.Configuration;
        builder.Services.AddOptions<T>().Configure(options => Bind(options, configuration, section)).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton(rules));
        return Read(configuration, section, rules);
    }

    /// <summary>Reads options whose rules are registered elsewhere; the defaults where one is broken.</summary>
    internal static T Read<T>(IConfiguration configuration, string section, IValidateOptions<T> rules)
        where T : class, new()
    {
        try
        {
            var options = new T();
            Bind(options, configuration, section);
            return rules.Validate(null, options).Succeeded ? options : new();
        }
        catch (OptionsValidationException)
        {
            return new();
        }
    }

    /// <summary>A value of the wrong kind is one more broken rule; the binder's message names its key.</summary>
    private static void Bind<T>(T options, IConfiguration configuration, string section)
        where T : class
    {
        try
        {
            configuration.GetSection(section).Bind(options);
        }
        catch (InvalidOperationException error)
        {
            throw new OptionsValidationException(section, typeof(T), [error.Message]);
        }
    }
}
