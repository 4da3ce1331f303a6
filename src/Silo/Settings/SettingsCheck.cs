using Microsoft.Extensions.Options;

namespace Lineup.Silo.Settings;

/// <summary>The check of all settings before anything of a host is made.</summary>
public static class SettingsCheck
{
    /// <summary>
    /// Whether all options that are registered so far can be used. If not, every problem is written to <paramref name="output"/>, a line
    /// each. Call it last before the host is built: a host made of options that contradict their rules stops at the first of them.
    /// </summary>
    public static bool HasSoundSettings(this IHostApplicationBuilder builder, TextWriter output)
    {
        // Not disposed: it would take the host's configuration with it. It holds options and their rules, nothing else has been made.
        var services = builder.Services.BuildServiceProvider();
        var problems = Problems(services.GetService<IStartupValidator>());
        foreach (var problem in problems)
            output.WriteLine($"Setting: {problem}");
        return problems.Count == 0;
    }

    private static List<string> Problems(IStartupValidator? validator)
    {
        try
        {
            validator?.Validate();
            return [];
        }
        catch (OptionsValidationException error)
        {
            return [.. error.Failures];
        }
        catch (AggregateException errors)
        {
            return [.. errors.Flatten().InnerExceptions.SelectMany(error => error is OptionsValidationException broken ? broken.Failures : [error.Message])];
        }
        catch (InvalidOperationException error)
        {
            return [error.Message];
        }
    }
}
