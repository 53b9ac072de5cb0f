using System.Collections;
using BpDao.Node.Options;
using BpDao.Testing;
using Xunit;

namespace BpDao.Node.Tests.Options;

public sealed class SettingsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void The_command_line_wins_over_the_environment_over_the_file_over_the_default()
    {
        File.WriteAllText(_file, """{ "http": { "port": 1, "host": "127.0.0.2", "api": ["eth", "net"] }, "txpool.capacity": 5 }""");

        Settings settings = Read(["--config", _file, "--http.port", "3"], ("BPDAO_HTTP_PORT", "2"), ("BPDAO_HTTP_HOST", "127.0.0.3"));

        Assert.Equal(3, settings.Get<HttpOptions>().Port);
        Assert.Equal("127.0.0.3", settings.Get<HttpOptions>().Host);
        Assert.Equal(["eth", "net"], settings.Get<HttpOptions>().Api);
        Assert.Equal(5, settings.Get<PoolOptions>().Capacity);
        Assert.Equal(new HttpOptions().MaxBatch, settings.Get<HttpOptions>().MaxBatch);
        Dictionary<string, string> sources = settings.Explain().ToDictionary(e => e.Option.Key, e => e.Source);
        Assert.Equal("command line", sources["http.port"]);
        Assert.Equal("BPDAO_HTTP_HOST", sources["http.host"]);
        Assert.Equal(_file, sources["txpool.capacity"]);
        Assert.Equal("default", sources["http.max-batch"]);
    }

    [Theory]
    [InlineData("--http.port=7")]
    [InlineData("--http.port", "7")]
    public void Both_ways_of_writing_a_value_are_read(params string[] arguments) => Assert.Equal(7, Read(arguments).Get<HttpOptions>().Port);

    [Fact]
    public void A_flag_stands_alone_or_with_its_value()
    {
        Assert.True(Read(["--json"]).Get<BlockLineOptions>().Json);
        Assert.False(Read(["--json=false"]).Get<BlockLineOptions>().Json);
    }

    [Fact]
    public void So_few_kept_states_that_the_head_s_could_go_while_it_is_read_are_refused() =>
        Assert.Equal(["--state.history: '127': want a whole number from 128 to 2147483647"], Faults(["--state.history", "127"]));

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        File.WriteAllText(_file, """{ "http": { "prt": 1, "port": [1] } }""");

        List<string> faults = Faults(["--config", _file, "--http.portt", "1", "--http.port", "70000", "--blocks"], ("BPDAO_NONE", "1"));

        Assert.Equal(6, faults.Count);
        Assert.Contains($"{_file}: http.prt: no such option", faults);
        Assert.Contains($"{_file}: http.port: want a string, a number, true, false or a list of strings", faults);
        Assert.Contains("--http.portt: no such option", faults);
        Assert.Contains("--http.port: '70000': want a whole number from 0 to 65535", faults);
        Assert.Contains("--blocks: wants a value", faults);
        Assert.Contains("BPDAO_NONE: no such option", faults);
    }

    [Fact]
    public void A_command_takes_only_its_own_options_on_the_command_line()
    {
        bool ok = Settings.TryRead(["--blocks", "1"], new Hashtable(), [typeof(HttpOptions)], out _, out _, out List<string> faults);

        Assert.False(ok);
        Assert.Equal(["--blocks: no such option"], faults);
    }

    [Fact]
    public void Variables_of_other_parts_are_left_alone() => Read([], ("BPDAO_FIXTURES", "x"), ("BPDAO_SECP256K1", "managed"), ("PATH", "y"));

    [Fact]
    public void Every_option_has_a_unit_and_a_sentence()
    {
        Assert.All(OptionCatalog.All, o =>
        {
            Assert.NotEmpty(o.Unit);
            Assert.EndsWith(".", o.Description, StringComparison.Ordinal);
            Assert.Matches("^[a-z0-9.-]+$", o.Key);
        });
        Assert.Equal(OptionCatalog.All.Count, OptionCatalog.All.Select(o => o.Key).Distinct().Count());
        Assert.Equal(OptionCatalog.All.Count, OptionCatalog.All.Select(o => o.EnvironmentName).Distinct().Count());
    }

    [Fact]
    public void The_documented_table_is_the_programs()
    {
        const string begin = "<!-- options -->\n", end = "<!-- /options -->";
        string document = File.ReadAllText(Repository.PathOf("docs", "operating.md"));
        int from = document.IndexOf(begin, StringComparison.Ordinal) + begin.Length;

        string table = document[from..document.IndexOf(end, from, StringComparison.Ordinal)];

        Assert.True(table == OptionTable.Markdown(), "docs/operating.md: put the output of 'bpdao help options' between the marks");
    }

    private static Settings Read(string[] arguments, params (string Name, string Value)[] variables)
    {
        Assert.True(Try(arguments, variables, out Settings? settings, out List<string> faults), string.Join('\n', faults));
        return settings!;
    }

    private static List<string> Faults(string[] arguments, params (string Name, string Value)[] variables)
    {
        Assert.False(Try(arguments, variables, out _, out List<string> faults));
        return faults;
    }

    private static bool Try(string[] arguments, (string Name, string Value)[] variables, out Settings? settings, out List<string> faults)
    {
        Hashtable environment = [];
        foreach ((string name, string value) in variables) environment[name] = value;
        return Settings.TryRead(arguments, environment, OptionCatalog.Areas, out settings, out _, out faults);
    }
}
