using BpDao.Blockchain;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Consensus.Por.Signing;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Db.Memory;
using BpDao.Specs;
using BpDao.Testing;
using BpDao.Testing.Chains;

namespace BpDao.Consensus.Por.Tests.Rules;

/// <summary>The published chain of one producer, made by hand block by block, so that a block can be bent before it is judged.</summary>
internal sealed class LoneChain : IDisposable
{
    private readonly PrivateKey _key;
    private readonly ProposalBuilder _builder;

    /// <param name="change">Makes another network of the published one.</param>
    public LoneChain(Func<ChainSpec, ChainSpec>? change = null)
    {
        if (!ChainSpecFile.TryLoad(Repository.PathOf("chainspec", "solo.json"), out ChainSpec? spec, out string? error)) throw new InvalidOperationException(error);
        if (change is not null) spec = WithItsHash(change(spec));
        if (!PorParameters.TryRead(spec.EngineParameters, out PorParameters? parameters, out error)) throw new InvalidOperationException(error);
        MemoryDb db = new();
        _key = new PrivateKey(parameters.PublishedProducers[0].Bytes);
        Verifier = new CertificateVerifier(SigningDomain.Of(spec.ChainId, spec.GenesisHash!.Value), new Secp256k1Scheme(Build.Ecdsa));
        Chain = new TestChain(spec, db, new PorPlugin(new PorOptions()).CreateRules(spec, new EngineRecords(db)));
        _builder = new ProposalBuilder(spec.ChainId, 1, default, new OnionKeeper(new TestSigner(_key)), Chain.Producer, Chain.Importer, Chain.Time);
    }

    public TestChain Chain { get; }

    public CertificateVerifier Verifier { get; }

    /// <summary>Of the only producer.</summary>
    public Address Key => _key.Address;

    public PorRules Rules => (PorRules)Chain.Rules;

    public BlockHeader Head => Chain.Head;

    public PorChainView View => PorChainView.Open(Chain.Contracts.At(Head.Hash)!, Rules.Epochs, Head);

    public byte[] Sign(Hash256 digest) => CompactSignature.ToArray(Build.Ecdsa.SignDigest(digest, _key));

    public Certificate Certify(MessageKind kind, BlockHeader header, uint round = 0) => new(
        round, SlotBitmap.Of([0]), Sign(Verifier.Domain.Vote(kind, Rules.Epochs.RecordOf(header.Number)?.Epoch ?? View.Epoch, header.Number, round, header.Hash)));

    public BlockPayload Payload() => _builder.Compose(
        View, 0, new ProposalMaterial(Head.Number == 0 ? null : Certify(MessageKind.Vote2, Head), null, [], [], []), CollectedItems.None)!;

    /// <summary>A valid block with that payload, or an exception.</summary>
    public Block Next(BlockPayload? payload = null) =>
        _builder.Build(View, 0, payload ?? Payload(), out BlockVerdict verdict, CancellationToken.None) ?? throw new InvalidOperationException(verdict.ToString());

    public LoneChain Commit(int blocks)
    {
        for (int i = 0; i < blocks; i++) Commit(Payload());
        return this;
    }

    public void Commit(BlockPayload payload)
    {
        Block block = Next(payload);
        Hash256 digest = Verifier.Domain.Vote(MessageKind.Vote2, View.Epoch, block.Number, 0, block.Hash);
        Chain.Commit(block, CertificateCodec.Encode(new Certificate(0, SlotBitmap.Of([0]), Sign(digest))));
    }

    /// <summary>The valid next block with another payload: transaction 0, payload hash and mix follow it.</summary>
    public Block With(BlockPayload payload, Func<BlockHeader, BlockHeader>? change = null) => WithBytes(payload.Encode(), change, View.MixWith(payload.Reveal));

    public Block WithBytes(byte[] payload, Func<BlockHeader, BlockHeader>? change = null, Hash256? mix = null)
    {
        Block valid = Next();
        PorChainView view = View;
        Transaction system = SystemTransaction.Build(
            Chain.Spec.ChainId, view.Work, payload, view.Context.SystemGasLimit, view.NonceOf(SystemTransaction.Sender));
        BlockHeader header = valid.Header with { ParentBeaconBlockRoot = Keccak256.Hash(payload), MixHash = mix ?? valid.Header.MixHash };
        return new Block(change is null ? header : change(header), valid.Body with { Transactions = [system, .. valid.Transactions.Skip(1)] });
    }

    public BlockVerdict Judge(Block block) => Rules.ValidateBeforeExecution(block, Head, Chain.Contracts.At(Head.Hash)!);

    private static ChainSpec WithItsHash(ChainSpec spec) => GenesisBlock.TryCreate(spec with { GenesisHash = null }, out GenesisBlock? genesis, out string? error)
        ? spec with { GenesisHash = genesis.Block.Hash }
        : throw new InvalidOperationException(error);

    public void Dispose()
    {
        Chain.Dispose();
        _key.Dispose();
    }
}
