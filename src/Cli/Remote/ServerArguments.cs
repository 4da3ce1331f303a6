using System.CommandLine;
using System.Globalization;

namespace Lineup.Cli.Remote;

/// <summary>The options of commands that can do their work through a running Lineup instead of on this machine.</summary>
internal sealed class ServerArguments
{
    private readonly Option<Uri?> _server = new("--server")
    {
        Description = "Do it there, as a job of a running Lineup, such as http://localhost:5000; the repository is the server's.",
        HelpName = "URL",
        CustomParser = result =>
        {
            if (result.Tokens is [var token] && Uri.TryCreate(token.Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
                return uri;
            result.AddError("--server must be an http(s) address.");
            return null;
        },
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = "The server's API key, where it has one. Default: the variable LINEUP_API_KEY, which the list of processes does not show.",
        HelpName = "KEY",
    };

    private readonly Option<string?> _dataSet = new("--data-set")
    {
        Description = "With --server: a set of pictures that lies there, instead of an upload.",
        HelpName = "NAME",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_server);
        command.Options.Add(_key);
        command.Options.Add(_dataSet);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_dataSet) is { Implicit: false } && result.GetResult(_server) is not { Implicit: false })
                result.AddError("--data-set only goes with --server.");
        });
    }

    /// <summary>Whether the pictures lie on the server.</summary>
    public bool NamesDataSet(System.CommandLine.Parsing.CommandResult result) => result.GetResult(_dataSet) is { Implicit: false };

    /// <summary>The server to do it on; null where this machine does it.</summary>
    public RemoteJobs? Connect(ParseResult parsed) => parsed.GetValue(_server) is { } server
        ? new RemoteJobs(server, parsed.GetValue(_key) ?? Environment.GetEnvironmentVariable("LINEUP_API_KEY"))
        : null;

    /// <summary>The query of a job: the data set, and each of these options that was given.</summary>
    public IReadOnlyList<(string Name, string Value)> Query(ParseResult parsed, params IEnumerable<(string Name, Option Option)> options) =>
    [
        .. options.Append(("dataSet", _dataSet))
            .Where(one => parsed.GetResult(one.Item2) is { Implicit: false })
            .Select(one => (one.Item1, Text(parsed, one.Item2))),
    ];

    // What was typed, but for switches, which may stand alone.
    private static string Text(ParseResult parsed, Option option) => option is Option<bool> flag
        ? parsed.GetValue(flag).ToString(CultureInfo.InvariantCulture).ToLowerInvariant()
        : string.Join(',', parsed.GetResult(option)!.Tokens.Select(token => token.Value));
}
