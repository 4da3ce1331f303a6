using Lineup.Silo.Settings;

namespace Lineup.Silo.Observability;

/// <summary>Logs on the console, one line an event, telling our own story; anything can be turned up by Logging:LogLevel settings.</summary>
public static class LoggingHosting
{
    public static IHostApplicationBuilder AddConsoleLogs(this IHostApplicationBuilder builder)
    {
        var quiet = new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Default"] = "Information",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
            ["Logging:LogLevel:Orleans"] = "Warning",
            ["Logging:LogLevel:Polly"] = "Warning",
            ["Logging:LogLevel:System.Net.Http"] = "Warning",

            // Its first check after start always warns, of a delay as long as the machine has been up.
            ["Logging:LogLevel:Orleans.Runtime.Watchdog"] = "Error",
        };

        // In front of all other sources, so that files, variables and the command line override it.
        builder.Configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = quiet });
        builder.AddSettings(ObservabilityOptions.Section, ObservabilityOptions.Rules);
        if (ObservabilityOptions.Read(builder.Configuration).JsonLogs)
        {
            builder.Logging.AddJsonConsole(console =>
            {
                // Scopes carry the trace's and the span's id.
                console.IncludeScopes = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
        else
        {
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
            });
        }

        return builder;
    }
}
