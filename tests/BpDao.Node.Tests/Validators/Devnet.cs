using BpDao.Consensus;
using BpDao.Consensus.Por;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Specs;
using BpDao.Synchronization;
using BpDao.Testing;
using BpDao.Testing.Db;
using BpDao.Testing.Time;

namespace BpDao.Node.Tests.Validators;

/// <summary>The four validators of the published devnet in one process, on machines that outlive them.</summary>
internal sealed class Devnet : IAsyncDisposable
{
    private readonly ChainSpec _spec;
    private readonly IReadOnlyList<Hash256> _keys;
    private readonly FastTime _time;
    private readonly InMemoryNetwork _network;
    private readonly Validator?[] _validators;
    private readonly CrashSimulatingDb[] _machines;

    /// <param name="speed">Seconds of the chain in one second.</param>
    public Devnet(int speed)
    {
        if (!ChainSpecFile.TryLoad(Repository.PathOf("chainspec", "devnet.json"), out ChainSpec? spec, out string? error)) throw new InvalidOperationException(error);
        if (!PorParameters.TryRead(spec.EngineParameters, out PorParameters? parameters, out error)) throw new InvalidOperationException(error);
        (_spec, _keys) = (spec, parameters.PublishedProducers);
        Account = new PrivateKey(parameters.PublishedAccounts[0].Bytes);
        _time = new FastTime(speed, DateTimeOffset.FromUnixTimeSeconds((long)spec.Genesis.Timestamp));
        _network = new InMemoryNetwork(InMemoryNetworkOptions.Instant, _time);
        _validators = new Validator?[_keys.Count];
        _machines = [.. _keys.Select(_ => new CrashSimulatingDb())];
        Words = [.. _keys.Select(_ => new SignedWords())];
    }

    public int Count => _keys.Count;

    /// <summary>A funded account.</summary>
    public PrivateKey Account { get; }

    /// <summary>By slot.</summary>
    public IReadOnlyList<SignedWords> Words { get; }

    /// <summary>The one in that slot, running.</summary>
    public Validator this[int slot] => _validators[slot] ?? throw new InvalidOperationException($"Validator {slot} is off.");

    public Validator Start(int slot, bool syncsSafety = true, Action<PorMessage>? leaves = null, Action<Validator, Block>? onCommitted = null) =>
        _validators[slot] = new Validator(
            _machines[slot], syncsSafety, _spec, _keys[slot], new PeerId(Keccak256.Hash([(byte)slot])), _network, _time,
            Words[slot].Hear + leaves, onCommitted);

    /// <summary>Its process ends; the machine keeps all that it wrote.</summary>
    public async Task StopAsync(int slot)
    {
        Validator stopped = this[slot];
        _machines[slot] = stopped.Machine.AfterKill();
        _validators[slot] = null;
        await stopped.DisposeAsync();
    }

    /// <summary>Its power fails; unsynced writes are gone.</summary>
    public async Task CutPowerAsync(int slot)
    {
        Validator dead = this[slot];
        _machines[slot] = dead.Machine.AfterPowerLoss();
        _validators[slot] = null;
        await dead.DisposeAsync();
    }

    public async Task AllReachAsync(ulong number)
    {
        foreach (Validator? validator in _validators)
        {
            if (validator is not null) await validator.ReachAsync(number);
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (int slot = 0; slot < Count; slot++)
        {
            if (_validators[slot] is not null) await CutPowerAsync(slot);
        }

        Account.Dispose();
    }
}
