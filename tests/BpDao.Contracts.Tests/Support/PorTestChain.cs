using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Consensus.Por;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Consensus.Por.Signing;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Db;
using BpDao.Db.Memory;
using BpDao.Specs;
using BpDao.State;
using BpDao.Testing;
using BpDao.Testing.Chains;
using BpDao.TxPool;

namespace BpDao.Contracts.Tests.Support;

/// <summary>A PoR chain without messages and clocks: the node's own rules, producer and importer, and the keys of all producers in one hand.
/// Who leads, votes, is late or sleeps is the test's to say; everything else is as on a network.</summary>
internal sealed class PorTestChain : IDisposable
{
    private readonly Dictionary<Address, TestProducer> _keys = [];
    private readonly Dictionary<Address, ulong> _nonces = [];
    private readonly Proposers _proposers;

    /// <param name="db">Default: a new one in memory. It may hold a chain of the same network already, to be looked at.</param>
    public PorTestChain(PorNetwork? network = null, IDb? db = null, StateOptions? stateOptions = null)
    {
        network ??= new PorNetwork();
        ChainSpec spec = network.Build();
        if (!PorParameters.TryRead(spec.EngineParameters, out PorParameters? por, out string? error)) throw new InvalidOperationException(error);
        if (!GenesisBlock.TryCreate(spec, out GenesisBlock? genesis, out error)) throw new InvalidOperationException(error);

        db ??= new MemoryDb();
        Epochs = new EpochStore(new EngineRecords(db), por.Bench);
        Verifier = new CertificateVerifier(SigningDomain.Of(spec.ChainId, genesis.Block.Hash), new Secp256k1Scheme(Build.Ecdsa));
        Node = new TestChain(spec, db, new PorRules(spec.ChainId, Epochs, Verifier), stateOptions);
        Votes = new VoteBook(Verifier, KeyOf);
        _proposers = new Proposers(Node, Verifier);
        foreach (TestProducer producer in network.Producers) Know(producer);
        Ledger = new Ledger(this);
    }

    /// <summary>The node without engine.</summary>
    public TestChain Node { get; }

    public EpochStore Epochs { get; }

    public CertificateVerifier Verifier { get; }

    public VoteBook Votes { get; }

    /// <summary>Asserts protocol rule 5.8 after every block.</summary>
    public Ledger Ledger { get; }

    /// <summary>Slots that neither lead nor vote nor send anything.</summary>
    public HashSet<uint> Asleep { get; } = [];

    public BlockHeader Head => Node.Head;

    /// <summary>State of the head as the next block sees it.</summary>
    public IContractCaller State => Node.Contracts.At(Head.Hash)!;

    public AvailabilityContract Availability => new(State);

    public ReputationContract Rep => ReputationContract.Rep(State);

    public ValidationPoolContract Pools => new(State);

    public GovernanceContract Governance => new(State);

    public IReadOnlyCollection<TestProducer> KnownProducers => _keys.Values;

    /// <summary>What the next block depends on.</summary>
    public PorChainView View() => PorChainView.Open(State, Epochs, Head);

    /// <summary>Somebody who may bond later.</summary>
    public void Know(TestProducer producer)
    {
        _keys[producer.Address] = producer;
        _proposers.Know(producer);
    }

    /// <summary>Who signs for a bond.</summary>
    public TestProducer KeyOf(uint slot)
    {
        if (!Availability.TryBond(slot, out BondState bond) || bond.Key.Length != Address.Size)
        {
            BenchMember member = View().Bench.Find(slot) ?? throw new InvalidOperationException($"Slot {slot} is empty.");
            return _keys[new Address(member.Key.Span)];
        }

        return _keys[new Address(bond.Key.Span)];
    }

    /// <summary>A transfer of 1 wei with the account's next nonce, for a test to change.</summary>
    public TransactionBuilder Transaction(PrivateKey from)
    {
        ulong nonce = Math.Max(Node.NonceOf(from.Address), _nonces.GetValueOrDefault(from.Address));
        _nonces[from.Address] = nonce + 1;
        return Build.Transaction().From(from).WithNonce(nonce);
    }

    /// <summary>Makes the next block, all rules asked, and commits it.</summary>
    public PorBlock Block(Action<BlockPlan>? describe = null) => Block(PlanOf(describe));

    public PorBlock Block(BlockPlan plan)
    {
        PorChainView view = View();
        Block block = Propose(plan, view, out BlockPayload payload, out BlockVerdict verdict) ?? throw Refused(verdict);
        foreach (Transaction tx in plan.Transactions)
        {
            if (block.Transactions.All(t => t.Hash != tx.Hash)) throw new InvalidOperationException($"Transaction {tx.Nonce} of {tx.Sender} is not in the block.");
        }

        PorExtraData.TryDecode(block.Header.ExtraData.Span, out PorExtraData? extra);
        IEnumerable<uint> signers = plan.For ?? VotersOf(view).Except(plan.AgainstSlots).Except(plan.LateVotes.Select(l => l.Slot));
        Certificate commit = Votes.Sign(MessageKind.Vote2, view.Epoch, view.Height, extra!.Value.Round, block.Hash, signers);
        verdict = Node.Importer.Commit(block, CertificateCodec.Encode(commit), verifyCertificate: true, CancellationToken.None);
        if (!verdict.IsValid) throw Refused(verdict);

        PorRules.TryReadPayload(block, out byte[] bytes, out BlockPayload? carried);
        PorBlock made = new(block, Node.Tree.ReceiptsOf(block.Hash)!, carried!, extra.Value);
        // Protocol rule 2.9: what a payload carries never makes beginBlock fail, so P_min is for unsound contracts only.
        if (!made.IsSafeMode && !bytes.AsSpan().SequenceEqual(payload.Encode())) throw new InvalidOperationException($"Block {view.Height}: the contracts refuse the payload.");
        Votes.Close(block.Header, view.Epoch, commit, plan);
        Ledger.Check(made);
        return made;
    }

    public void Blocks(int count)
    {
        for (int i = 0; i < count; i++) Block();
    }

    /// <summary>Makes blocks until the next one begins that epoch.</summary>
    public void ToEpoch(ulong epoch)
    {
        while (View() is var view && (view.Epoch < epoch)) Block();
    }

    /// <summary>What an honest node says about such a block; nothing is committed.</summary>
    public BlockVerdict Judge(Action<BlockPlan> describe)
    {
        BlockPlan plan = PlanOf(describe);
        PorChainView view = View();
        if (Propose(plan, view, out _, out BlockVerdict verdict) is not { } block || plan.Forced.Count == 0) return verdict;
        BlockHeader header = block.Header;
        PayloadAttributes attributes = new()
        {
            Timestamp = header.Timestamp,
            Beneficiary = header.Beneficiary,
            GasLimit = header.GasLimit,
            ExtraData = header.ExtraData,
            MixHash = header.MixHash,
            ParentBeaconBlockRoot = header.ParentBeaconBlockRoot!.Value,
            Withdrawals = block.Body.Withdrawals!,
            LeadingTransactions = [block.Transactions[0], .. plan.Forced],
        };
        BuiltBlock built = Node.Producer.Build(Head, attributes, CancellationToken.None);
        return built.Block is { } forced ? Node.Importer.Judge(forced, CancellationToken.None) : throw Refused(built.Verdict);
    }

    /// <summary>A proposal of the leader of that round of the next block, and the votes that threw it out.</summary>
    public Rejection Rejection(uint round, params uint[] against)
    {
        PorChainView view = View();
        uint leader = view.LeaderOf(round);
        BlockHeader header = Head with
        {
            ParentHash = Head.Hash,
            Number = view.Height,
            StateRoot = Keccak256.Hash("not the state"u8),
            ExtraData = new PorExtraData((uint)view.Epoch, round, Verifier.Scheme.Id, leader).Encode(),
        };
        byte[] signature = KeyOf(leader).Sign(Verifier.Domain.Proposal(view.Epoch, view.Height, round, header.Hash, Hash256.Zero));
        Certificate votes = Votes.Sign(MessageKind.Vote1Against, view.Epoch, view.Height, round, header.Hash, against);
        return new Rejection(HeaderCodec.Encode(header), Hash256.Zero, signature, votes);
    }

    public void Dispose() => Node.Dispose();

    private static BlockPlan PlanOf(Action<BlockPlan>? describe)
    {
        BlockPlan plan = new();
        describe?.Invoke(plan);
        return plan;
    }

    private Block? Propose(BlockPlan plan, PorChainView view, out BlockPayload payload, out BlockVerdict verdict)
    {
        foreach (Transaction tx in plan.Transactions)
        {
            AcceptTxResult result = Node.Pool.Submit(tx);
            if (!result.IsAccepted) throw new InvalidOperationException(result.ToString());
        }

        uint round = plan.FirstRound ?? FirstAwakeRound(view);
        uint slot = view.LeaderOf(round);
        ulong parent = view.Parent.Number;
        TimeoutCertificate? timeout = round == 0 ? null : Votes.SignTimeout(view.Epoch, view.Height, round - 1, VotersOf(view));
        ProposalMaterial material = new(Votes.CertificateOf(parent), timeout, Votes.Against(parent), Votes.Late(view.Height), plan.Rejections);
        TestProducer leader = KeyOf(slot);
        payload = _proposers.Compose(view, slot, leader, material, Awake(view));
        payload = plan.Change(plan.Evidence.Count == 0 ? payload : payload with { Evidence = plan.Evidence });

        DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds((long)(view.Parent.Timestamp + view.Context.MinBlockInterval + plan.Delay));
        if (time > Node.Time.GetUtcNow()) Node.Time.SetUtcNow(time);
        return _proposers.Build(view, slot, leader, payload, out verdict);
    }

    private uint FirstAwakeRound(PorChainView view)
    {
        for (uint round = 0; round < 1000; round++)
        {
            if (!Asleep.Contains(view.LeaderOf(round))) return round;
        }

        throw new InvalidOperationException("Everybody sleeps.");
    }

    private uint[] VotersOf(PorChainView view) => [.. view.Bench.Members.Select(m => m.Slot).Where(s => !Asleep.Contains(s))];

    // Bonds that are not on the bench send READY, so all keys are asked.
    private List<TestProducer> Awake(PorChainView view)
    {
        List<TestProducer> awake = [];
        foreach ((Address key, TestProducer producer) in _keys)
        {
            bool known = Availability.TrySlotOfKey(key.ToArray(), out uint slot);
            if (!known || slot == WorkContract.NoSlot || !Asleep.Contains(slot)) awake.Add(producer);
        }

        return awake;
    }

    private InvalidOperationException Refused(BlockVerdict verdict) => new($"Block {Head.Number + 1}: {verdict}");
}
