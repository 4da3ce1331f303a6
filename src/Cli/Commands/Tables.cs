using Spectre.Console;

namespace Lineup.Cli.Commands;

/// <summary>Shows rows as a table on a terminal, and as tab-separated lines to a program.</summary>
internal static class Tables
{
    public static void Write(string title, string[] columns, IReadOnlyList<string[]> rows)
    {
        if (Console.IsOutputRedirected)
        {
            Console.Out.WriteLine($"# {title}");
            foreach (var row in rows.Prepend(columns))
                Console.Out.WriteLine(string.Join('\t', row));
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(title));
        foreach (var column in columns)
            table.AddColumn(Markup.Escape(column), settings => settings.NoWrap());
        foreach (var row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
        if (rows.Count == 0)
            AnsiConsole.WriteLine("(nothing yet)");
    }
}
