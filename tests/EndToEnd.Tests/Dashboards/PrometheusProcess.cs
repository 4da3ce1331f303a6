using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Lineup.EndToEnd.Tests.Clustering;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Dashboards;

/// <summary>
/// A real Prometheus with the configuration and the rules of dashboards/, only faster: it scrapes every second, windows are
/// <see cref="Window"/> long, and alerts wait 2 s. The objective is theirs, half a second.
/// </summary>
internal sealed partial class PrometheusProcess : IAsyncDisposable
{
    /// <summary>Long enough for the 500 answers of a 99th percentile from a variant that is slow, on a machine that is busy.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly List<string> _log = [];
    private readonly HttpClient _http;

    private PrometheusProcess(Process process, DirectoryInfo folder, int port)
    {
        (_process, _folder) = (process, folder);
        _http = new() { BaseAddress = new($"http://127.0.0.1:{port}") };
    }

    public static async Task<PrometheusProcess> StartAsync(IEnumerable<Uri> frontends, IEnumerable<Uri> silos)
    {
        var program = PrometheusTools.Require("prometheus");
        var folder = Directory.CreateTempSubdirectory("lineup-prometheus-");
        CopyFaster(folder);
        WriteTargets("frontends.yml", frontends);
        WriteTargets("silos.yml", silos);

        var (port, _) = Ports.TakeTwo();
        var start = new ProcessStartInfo(
            program,
            ["--config.file=prometheus.yml", "--storage.tsdb.path=data", $"--web.listen-address=127.0.0.1:{port}", "--enable-feature=exemplar-storage"])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var prometheus = new PrometheusProcess(new Process { StartInfo = start }, folder, port);
        prometheus.Run();
        try
        {
            await Poll.UntilAsync("Prometheus is ready", prometheus.IsReadyAsync, ready => ready, show: _ => prometheus.Log);
        }
        catch
        {
            await prometheus.DisposeAsync();
            throw;
        }

        return prometheus;

        void WriteTargets(string name, IEnumerable<Uri> targets) => File.WriteAllText(
            Path.Combine(folder.FullName, "targets", name),
            $"- targets: [{string.Join(", ", targets.Select(target => $"'{target.Authority}'"))}]\n");
    }

    private string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    /// <summary>The values of an instant query; each with its labels.</summary>
    public async Task<List<(Dictionary<string, string> Labels, double Value)>> QueryAsync(string expression)
    {
        var data = await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}");
        return
        [
            .. data.GetProperty("result").EnumerateArray().Select(series => (
                series.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!),
                double.Parse(series.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture))),
        ];
    }

    /// <summary>The alerts that fire.</summary>
    public async Task<HashSet<FiredAlert>> FiringAsync()
    {
        var data = await GetAsync("/api/v1/alerts");
        return
        [
            .. data.GetProperty("alerts").EnumerateArray()
                .Where(alert => alert.GetProperty("state").GetString() == "firing")
                .Select(alert => FiredAlert.Of(alert.GetProperty("labels").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!))),
        ];
    }

    /// <summary>The alerts that have fired at any time so far.</summary>
    public async Task<HashSet<FiredAlert>> FiredAsync() =>
        [.. (await QueryAsync("last_over_time(ALERTS{alertstate=\"firing\"}[1h])")).Select(alert => FiredAlert.Of(alert.Labels))];

    /// <summary>All rules that Prometheus knows: recording ones by the series they record, alerts by the expression they watch.</summary>
    public async Task<List<(string Name, string Type, string Expression, string Health)>> RulesAsync()
    {
        var data = await GetAsync("/api/v1/rules");
        return
        [
            .. from rules in data.GetProperty("groups").EnumerateArray()
               from rule in rules.GetProperty("rules").EnumerateArray()
               select (Text(rule, "name"), Text(rule, "type"), Text(rule, "query"), Text(rule, "health")),
        ];
    }

    /// <summary>Names of all series that have been scraped.</summary>
    public async Task<HashSet<string>> NamesAsync() =>
        [.. (await GetAsync("/api/v1/label/__name__/values")).EnumerateArray().Select(name => name.GetString()!)];

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;

    private static void CopyFaster(DirectoryInfo folder)
    {
        foreach (var name in (string[])["rules", "targets"])
            folder.CreateSubdirectory(name);
        var files = Directory.EnumerateFiles(Path.Combine(DashboardFiles.Dashboards, "rules")).Append(Path.Combine(DashboardFiles.Dashboards, "prometheus.yml"));
        foreach (var file in files)
        {
            var text = File.ReadAllText(file);
            text = WindowLength().Replace(text, $"[{Window.TotalSeconds:0}s]");
            text = Patience().Replace(text, "for: 2s");
            text = Interval().Replace(text, "_interval: 1s");
            File.WriteAllText(Path.Combine(folder.FullName, Path.GetRelativePath(DashboardFiles.Dashboards, file)), text);
        }
    }

    private void Run()
    {
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        void Keep(string? line)
        {
            lock (_log)
                _log.Add(line ?? "");
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _http.GetAsync(new Uri("/-/ready", UriKind.Relative), TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _http.GetAsync(_http.At(path), TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {text}");
        using var document = JsonDocument.Parse(text);
        return document.RootElement.GetProperty("data").Clone();
    }

    [GeneratedRegex(@"\[\d+[mh]\]")]
    private static partial Regex WindowLength();

    [GeneratedRegex(@"for: \d+m")]
    private static partial Regex Patience();

    [GeneratedRegex(@"_interval: \d+s")]
    private static partial Regex Interval();
}
