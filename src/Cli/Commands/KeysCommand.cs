using System.CommandLine;
using System.Globalization;
using Lineup.Access.Keys;

namespace Lineup.Cli.Commands;

/// <summary><c>lineup keys add | list | remove</c>: the file of API keys that frontends read.</summary>
internal sealed class KeysCommand
{
    private const string FileVariable = "LINEUP_KEYS";

    private readonly Option<string?> _file = new("--file")
    {
        Description = $"The file of keys, as Lineup:Security:KeysFile names it. Default: the variable {FileVariable}.",
        HelpName = "FILE",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(FileVariable),
    };

    private readonly Argument<string> _name = new("name") { Description = "Whose key it is, for the list and the audit log." };

    private readonly Argument<string> _nameOrId = new("name") { Description = "The key's name or id." };

    private readonly Option<KeyRole> _role = new("--role")
    {
        Description = "infer: classify and compare. operate: change things as well.",
        DefaultValueFactory = _ => KeyRole.Infer,
    };

    private readonly Option<double?> _rate = new("--rate")
    {
        Description = "Requests a second that the key may send to one frontend. Default: what the frontend's settings say.",
        HelpName = "NUMBER",
    };

    public static Command Create()
    {
        var keys = new KeysCommand();
        keys._rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is { } rate && !(rate is > 0 and <= 1_000_000))
                result.AddError("--rate must be above 0 and not above 1,000,000.");
        });
        keys._name.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is not { Length: > 0 and <= 100 } name || name.Any(char.IsControl))
                result.AddError("A key's name has 1 to 100 characters.");
        });
        var add = new Command("add", "Make a key and print it: it is kept nowhere, only its hash.") { keys._name, keys._role, keys._rate, keys._file };
        add.SetAction((parsed, cancellationToken) => keys.GuardAsync(parsed, editor => keys.AddAsync(parsed, editor, cancellationToken)));
        var list = new Command("list", "Show the keys that there are.") { keys._file };
        list.SetAction((parsed, _) => keys.GuardAsync(parsed, editor => Task.FromResult(List(editor))));
        var remove = new Command("remove", "Take a key out of force. Running frontends see it within a second or two.") { keys._nameOrId, keys._file };
        remove.SetAction((parsed, cancellationToken) => keys.GuardAsync(parsed, editor => keys.RemoveAsync(parsed, editor, cancellationToken)));
        return new Command("keys", "Make, list and remove API keys.") { add, list, remove };
    }

    private async Task<int> GuardAsync(ParseResult parsed, Func<KeyFileEditor, Task<int>> work)
    {
        if (parsed.GetValue(_file) is not { Length: > 0 } file)
        {
            await Console.Error.WriteLineAsync($"lineup: say with --file or {FileVariable} which file the keys are in");
            return ExitCode.Usage;
        }

        try
        {
            return await work(new(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync($"lineup: {error.Message.ReplaceLineEndings(" ")}");
            return ExitCode.Failed;
        }
    }

    private async Task<int> AddAsync(ParseResult parsed, KeyFileEditor editor, CancellationToken cancellationToken)
    {
        var key = await editor.AddAsync(parsed.GetValue(_name)!, parsed.GetValue(_role), parsed.GetValue(_rate), TimeProvider.System.GetUtcNow(), cancellationToken);
        await Console.Out.WriteLineAsync(key);
        await Console.Error.WriteLineAsync("lineup: this is the only time that the key is shown");
        return ExitCode.Ok;
    }

    private async Task<int> RemoveAsync(ParseResult parsed, KeyFileEditor editor, CancellationToken cancellationToken)
    {
        var name = parsed.GetValue(_nameOrId)!;
        if (await editor.RemoveAsync(name, cancellationToken) is { } removed)
        {
            await Console.Out.WriteLineAsync($"{removed.Name} ({removed.Id}) is removed");
            return ExitCode.Ok;
        }

        await Console.Error.WriteLineAsync($"lineup: there is no key '{name}'; 'lineup keys list' shows what there is");
        return ExitCode.Failed;
    }

    private static int List(KeyFileEditor editor)
    {
        Tables.Write(
            "API keys",
            ["name", "id", "role", "requests/s", "made"],
            [
                .. editor.Read().Select(key => (string[])
                [
                    key.Name,
                    key.Id,
                    key.Role.ToString().ToLowerInvariant(),
                    key.RequestsPerSecond?.ToString(CultureInfo.InvariantCulture) ?? "",
                    key.Created.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                ]),
            ]);
        return ExitCode.Ok;
    }
}
